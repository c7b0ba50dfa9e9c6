#include "extract/finished_words.h"

#include "extract/links.h"
#include "extract/merge.h"

namespace docmill::extract {

void finish_words(const Reading& reading, PageRow& row) {
  if (!wants_words(reading)) return row.words.clear();
  const double width_pt = row.width_pt.value_or(0), height_pt = row.height_pt.value_or(0);
  for (PageWord& word : row.words) word.box = on_page(word.box, width_pt, height_pt);
  number_lines(row.words);
  if (wants(reading, OutputId::links)) complete_links(row);
  if (!wants(reading, OutputId::words)) row.words.clear();
}

}  // namespace docmill::extract
