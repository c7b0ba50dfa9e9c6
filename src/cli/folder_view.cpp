#include "cli/folder_view.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/source.h"
#include "cli/table_text.h"
#include "output/failed_mark.h"
#include "output/names.h"
#include "output/page_files.h"
#include "output/row_json.h"
#include "output/stamp.h"
#include "telemetry/printable.h"

namespace docmill {
namespace {

using Json = nlohmann::ordered_json;
using Print = std::function<bool(std::string_view)>;

/// An output of a document.
struct Line {
  std::string document;  // its name below the place
  std::string output;    // its name; empty of a document that failed whole
  std::optional<std::uint64_t> rows = {};
  std::uint64_t files = 0;
  std::uint64_t size_bytes = 0;
  std::string status = {}, error_kind = {}, version = {}, settings = {}, source_uri = {};
  std::string source = {};  // current, changed, gone, unknown
};

/// Answers whether sources are what they were.
class Sources {
 public:
  explicit Sources(Stores& stores) : stores_(stores) {}

  std::string state_of(const std::string& uri, std::string_view etag) {
    if (uri.empty()) return "unknown";
    if (uri != last_uri_) {
      last_ = look_at(uri);
      last_uri_ = uri;
    }
    if (!last_) return "unknown";
    if (!*last_) return "gone";
    return **last_ == etag ? "current" : "changed";
  }

 private:
  /// Its etag, or that there is none; nothing where that cannot be found out.
  std::optional<std::optional<std::string>> look_at(const std::string& uri) {
    constexpr int failures_max = 3;  // who may not look, may not look at the next one either
    if (failures_ >= failures_max) return std::nullopt;
    const auto opened = open_argument(uri, stores_);
    if (!opened && opened.error().kind == ErrorKind::not_found) return std::optional<std::string>();
    if (!opened || !opened->only) {
      ++failures_;
      return std::nullopt;
    }
    const auto info = opened->store->head(*opened->only);
    if (!info) {
      ++failures_;
      return std::nullopt;
    }
    return *info ? std::optional((*info)->etag) : std::optional<std::string>();
  }

  Stores& stores_;
  std::string last_uri_;
  std::optional<std::optional<std::string>> last_;
  int failures_ = 0;
};

class FolderView {
 public:
  FolderView(ObjectStore& place, Stores& stores, const FolderViewSettings& settings, const Print& print)
      : place_(place), settings_(settings), print_(print), sources_(stores) {}

  Result<void> run() {
    if (auto collected = collect(); !collected) return collected;
    if (auto collected = collect_marks(); !collected) return collected;
    if (lines_.empty() && others_ == 0)
      return fail(ErrorKind::not_found, place_.uri(""), "nothing that docmill wrote lies there");
    print_(settings_.json ? json() : table());
    if (!settings_.json) print_(closing_words());
    return {};
  }

 private:
  Result<void> collect() {
    auto listing = place_.list({.leave_out = [](std::string_view prefix) { return prefix == own_prefix; }});
    if (!listing) return std::unexpected(std::move(listing).error());
    for (;;) {
      const auto info = (*listing)->next();
      if (!info) return std::unexpected(info.error());
      if (!*info) return {};
      const auto name = document_of_output(layout_, (*info)->key);
      if (!name) {
        ++others_;
      } else if (outputs_ >= settings_.outputs_max) {
        more_ = true;
        return {};
      } else if (auto added = add(**info, *name); !added) {
        return added;
      }
    }
  }

  Result<void> add(const ObjectInfo& info, const DocumentName& name) {
    ++outputs_;
    const auto footer = read_output_footer(place_, info);
    if (!footer) return std::unexpected(footer.error());
    Line line{.document = name.is_cut ? info.key : name.path, .output = "?", .size_bytes = info.size_bytes};
    if (!*footer || !(*footer)->stamp) {
      line.status = "not docmill's";
      lines_.emplace(std::pair(line.document, info.key), std::move(line));
      return {};
    }
    const OutputStamp& stamp = *(*footer)->stamp;
    line.status = stamp.status;
    line.error_kind = stamp.error_kind ? name_of(*stamp.error_kind) : "";
    line.version = stamp.version;
    line.source_uri = (*footer)->source_uri.value_or("");
    line.source = sources_.state_of(line.source_uri, stamp.source_etag);
    if (name.carrier.is_list_of_files()) return add_files(info.key, stamp, line);
    line.settings = stamp.recipe_hash;
    line.rows = (*footer)->row_count;
    for (const OutputId id : output_ids)
      if (output_of(id).table && output_of(id).is_carried_by(name.carrier)) merge(id, line);
    return {};
  }

  /// The list says of which outputs there are files, and of which it is the stamp.
  Result<void> add_files(const std::string& key, const OutputStamp& stamp, const Line& common) {
    const auto list = read_file_list(place_, key);
    if (!list) return std::unexpected(list.error());
    for (const auto& [id, hash] : stamp.outputs) {
      Line line = common;
      line.size_bytes = 0;
      line.settings = hash;
      if (*list)
        for (const ListedFile& file : (*list)->files) {
          if (file.output != id) continue;
          ++line.files;
          line.size_bytes += file.size_bytes;
        }
      merge(id, line);
      listed_files_ += line.files;
    }
    return {};
  }

  /// An output may have a table and files.
  void merge(OutputId id, Line line) {
    line.output = output_of(id).name;
    const std::string order = fmt::format("{:02}", static_cast<unsigned>(id));
    const auto [place, is_new] = lines_.try_emplace(std::pair(line.document, order), line);
    if (is_new) return;
    Line& known = place->second;
    if (line.rows) known.rows = line.rows;
    known.files += line.files;
    known.size_bytes += line.size_bytes;
  }

  Result<void> collect_marks() {
    auto listing = place_.list({.prefix = std::string(failed_prefix)});
    if (!listing) return std::unexpected(std::move(listing).error());
    for (;;) {
      const auto info = (*listing)->next();
      if (!info) return std::unexpected(info.error());
      if (!*info) return {};
      if (++outputs_ > settings_.outputs_max) {
        more_ = true;
        return {};
      }
      const auto mark = read_failed_mark_at(place_, (*info)->key);
      if (!mark) return std::unexpected(mark.error());
      const auto name = document_of_mark((*info)->key);
      if (!*mark || !name) continue;
      const DocumentRecord& record = (*mark)->record;
      Line line{.document = name->is_cut ? record.source_uri : name->path,
                .output = "",
                .status = "failed",
                .error_kind = record.error_kind ? std::string(name_of(*record.error_kind)) : "",
                .version = (*mark)->docmill_version,
                .source_uri = record.source_uri};
      line.source = sources_.state_of(line.source_uri, record.source_etag.value_or(""));
      lines_.emplace(std::pair(line.document, "failed"), std::move(line));
    }
  }

  static Json json_of(const Line& line) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"document", line.document},
            {"output", or_null(line.output)},
            {"rows", line.rows ? Json(*line.rows) : Json(nullptr)},
            {"files", line.files},
            {"size_bytes", line.size_bytes},
            {"status", line.status},
            {"error_kind", or_null(line.error_kind)},
            {"version", or_null(line.version)},
            {"settings", or_null(line.settings)},
            {"source", or_null(line.source)},
            {"source_uri", or_null(line.source_uri)}};
  }

  std::string json() const {
    std::string text;
    for (const auto& [key, line] : lines_) text += json_text(json_of(line)) + "\n";
    return text;
  }

  /// The name of a document stands at its first output only.
  std::string table() const {
    TextTable table({{.name = "document"},
                     {.name = "output"},
                     {.name = "rows", .is_number = true},
                     {.name = "files", .is_number = true},
                     {.name = "bytes", .is_number = true},
                     {.name = "status"},
                     {.name = "source"},
                     {.name = "version"},
                     {.name = "settings"}});
    const std::string* last = nullptr;
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : printable(text, Lines::escape); };
    for (const auto& [key, line] : lines_) {
      const bool is_next = last == nullptr || *last != line.document;
      last = &line.document;
      const std::string status = line.error_kind.empty() ? line.status : line.status + ": " + line.error_kind;
      table.add({is_next ? printable(line.document, Lines::escape) : "", or_dash(line.output),
                 line.rows ? fmt::to_string(*line.rows) : "-", line.files > 0 ? fmt::to_string(line.files) : "-",
                 fmt::to_string(line.size_bytes), or_dash(status), or_dash(line.source), or_dash(line.version),
                 or_dash(line.settings)});
    }
    return lines_.empty() ? "" : table.text();
  }

  std::string closing_words() const {
    std::string text;
    if (more_)
      text += fmt::format("There are more outputs than the {} that were looked at; name a folder below this one.\n",
                          settings_.outputs_max);
    if (!more_ && others_ > listed_files_)
      text += fmt::format("{} other files lie there that no list of docmill's names.\n", others_ - listed_files_);
    return text;
  }

  ObjectStore& place_;
  FolderViewSettings settings_;
  const Print& print_;
  Sources sources_;
  Layout layout_;  // with tables in no folder: one that has them in a folder has its name in the documents'
  std::map<std::pair<std::string, std::string>, Line> lines_;  // by document and output
  std::size_t outputs_ = 0;
  bool more_ = false;
  std::uint64_t others_ = 0, listed_files_ = 0;
};

}  // namespace

Result<void> show_folder(ObjectStore& place, Stores& stores, const FolderViewSettings& settings, const Print& print) {
  return FolderView(place, stores, settings, print).run();
}

}  // namespace docmill
