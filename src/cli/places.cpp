

#include "cli/places.h"
#include <fmt/format.h>
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>
#include "cli/options/bucket.h"
#include "cli/options/dry_run.h"
#include "cli/options/history.h"
#include "cli/options/output.h"
#include "cli/options/queue.h"
#include "cli/options/source.h"
#include "cli/recipe_of.h"
#include "cli/source.h"

namespace docmill {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> complain(std::string_view subject, std::string message) {
  return fail(ErrorKind::invalid_input, subject, std::move(message));
}

std::string shown(const Place& place) { return place.is_folder() ? place.path().string() : place.uri(); }

// Where links and ".." lead, also for a folder that is still to be made.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  fs::path result = fs::weakly_canonical(path, error);
  if (error) result = path.lexically_normal();
  return result.has_filename() ? result : result.parent_path();  // "a/" and "a" are one folder
}

// Links and ".." followed, where the place is a folder.
Place resolved(const Place& place) { return place.is_folder() ? place_of(resolved(place.path())) : place; }

std::string subject_of(std::string_view flag, const Place& place) {
  return fmt::format("{} {}", flag, place.path().string());
}

// It may still be made.
Result<void> check_is_no_file(std::string_view flag, const Place& place) {
  std::error_code error;
  if (!fs::exists(place.path(), error) || fs::is_directory(place.path(), error)) return {};
  return complain(subject_of(flag, place), "this is not a folder");
}

// --in and its other spelling, or --out and its.
struct Spellings {
  std::string_view flag;
  std::string_view prefix_flag;
};

Result<Place> place_in_bucket(const std::string& bucket, std::string_view prefix_flag, const std::string& prefix) {
  auto place = parse_place(fmt::format("s3://{}/{}", bucket, prefix));
  if (bucket.contains('/')) place = std::unexpected("the name of a bucket alone");
  if (!place) return complain(fmt::format("--bucket {}", bucket), fmt::format("expected {}", place.error()));
  if (prefix.starts_with('/'))
    return complain(fmt::format("--{} {}", prefix_flag, prefix),
                    "keys begin without a slash; give the prefix without one");
  return std::move(*place);
}

Result<void> take_prefix(Place& place, const Spellings& spellings, const std::string& bucket,
                         const std::string& prefix) {
  if (!place.empty())
    return complain(fmt::format("--{}", spellings.flag),
                    fmt::format("this and --{} say the same; give one", spellings.prefix_flag));
  auto made = place_in_bucket(bucket, spellings.prefix_flag, prefix);
  if (!made) return std::unexpected(std::move(made).error());
  place = std::move(*made);
  return {};
}

// Outputs beside one document are no documents of the next run. `written` is what they lie below.
Result<void> check_output_is_apart(const Place& given_in, const Place& in, const Place& given_out, const Place& out,
                                   const Place& written) {
  if (!written.contains(in) || may_be_document(given_in)) return {};
  const std::string folder = written.prefix.substr(out.prefix.size());
  if (folder.empty())
    return complain(fmt::format("--out {}", shown(given_out)),
                    fmt::format("this is --in or contains it ({}); outputs need a folder of their own, beside or below",
                                shown(given_in)));
  return complain(
      fmt::format("--out {}", shown(given_out)),
      fmt::format("outputs are written to {} there, which is --in or contains it ({})", folder, shown(given_in)));
}

/// Files of an output that the recipe does not make. Messages may name others.
bool is_left_alone(const GroupValues& values, const Recipe& recipe, std::string_view prefix) {
  if (!values.get_or_default<QueueOptions>().uri.empty()) return false;
  return std::ranges::any_of(output_ids, [&](OutputId output) {
    return output_of(output).has_files() && recipe.layout.files_of(output) == prefix && !recipe.outputs.has(output);
  });
}

Result<void> check_history_is_apart(const ObjectPlace& history, const Place& given_in, const Place& in,
                                    const std::vector<Place>& written) {
  if (given_in.empty() || history.empty()) return {};
  const Place folder = resolved(history.folder);
  if (!in.contains(folder)) return {};
  if (std::ranges::any_of(written, [&](const Place& place) { return place.contains(folder); })) return {};
  return complain(fmt::format("--history {}", history.uri()),
                  fmt::format("this lies below --in ({}), where it would be taken for a document", shown(given_in)));
}

}  // namespace

Result<void> take_bucket(GroupValues& values, std::string_view command) {
  const std::string bucket = values.get<BucketOptions>().name;
  // Of a command without one of the places: the bucket is looked at all the same.
  SourceOptions no_source;
  OutputOptions no_output;
  auto* const found_source = values.find<SourceOptions>();
  auto* const found_output = values.find<OutputOptions>();
  SourceOptions& source = found_source != nullptr ? *found_source : no_source;
  OutputOptions& output = found_output != nullptr ? *found_output : no_output;
  if (bucket.empty()) {
    if (source.key_prefix.empty() && output.key_prefix.empty()) return {};
    return complain(command, "--bucket is missing: --in-prefix and --out-prefix are prefixes of it");
  }
  if (source.place.empty() || !source.key_prefix.empty())
    if (auto taken = take_prefix(source.place, {.flag = "in", .prefix_flag = "in-prefix"}, bucket, source.key_prefix);
        !taken)
      return taken;
  if (output.key_prefix.empty()) return {};
  return take_prefix(output.place, {.flag = "out", .prefix_flag = "out-prefix"}, bucket, output.key_prefix);
}

Result<void> check_source(const GroupValues& values, std::string_view command) {
  const Place& in = values.get<SourceOptions>().place;
  if (in.empty())
    return complain(command, "--in is missing: the folder of documents, or s3://BUCKET/PREFIX, or one document");
  if (!in.is_folder() || may_be_document(in)) return {};
  return check_folder("--in", in, "neither a file nor a folder");
}

Result<void> check_folder(std::string_view flag, const Place& place, std::string_view what_else_it_is) {
  std::error_code error;
  if (!fs::exists(place.path(), error)) return complain(subject_of(flag, place), "there is no such folder");
  if (fs::is_directory(place.path(), error)) return {};
  return complain(subject_of(flag, place), fmt::format("this is {}", what_else_it_is));
}

Result<void> check_places(GroupValues& values, std::string_view command) {
  const Place& given_in = values.get<SourceOptions>().place;
  auto& output = values.get<OutputOptions>();
  if (output.place.empty())
    return complain(command, "--out is missing: the folder for the Parquet files, or s3://BUCKET/PREFIX");
  if (output.place.is_folder())
    if (auto checked = check_is_no_file("--out", output.place); !checked) return checked;
  const Place in = resolved(given_in);
  const Place out = resolved(output.place);
  const Recipe recipe = recipe_of(values);
  const Layout& layout = recipe.layout;
  if (const auto fault = recipe.fault()) return complain(command, *fault);
  std::vector<Place> written;
  for (const std::string& prefix : layout.prefixes()) {
    written.push_back(out.below(prefix));
    output.prefixes.push_back(output.place.below(prefix));
    if (!is_left_alone(values, recipe, prefix))
      if (auto checked = check_output_is_apart(given_in, in, output.place, out, written.back()); !checked)
        return checked;
    // Whatever an earlier recipe made there.
    if (in.contains(written.back())) output.below_source.push_back(written.back().prefix.substr(in.prefix.size()));
  }
  return check_history_is_apart(values.get_or_default<HistoryOptions>().place, given_in, in, written);
}

Result<void> check_queue(const GroupValues& values, std::string_view command) {
  if (values.get<QueueOptions>().uri.empty() && !values.get_or_default<DryRunOptions>().on)
    return complain(command, "--queue is missing: the URL of an SQS queue, or sqlite:///PATH/FILE.db");
  return {};
}

}  // namespace docmill
