// The columns of each table, for tables.cpp alone.
#pragma once

#include <vector>

#include "document/tables.h"

namespace docmill {

std::vector<Column> pages_columns();
std::vector<Column> words_columns();
std::vector<Column> links_columns();
std::vector<Column> codes_columns();
std::vector<Column> images_columns();
std::vector<Column> crops_columns();
std::vector<Column> files_columns();
std::vector<Column> documents_columns();

}  // namespace docmill
