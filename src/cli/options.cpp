#include "cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "cli/values.h"
#include "sandbox/wire/work_list.h"

namespace docmill {
namespace {

using namespace std::chrono_literals;

// Each of these makes the binding of one field. `field` is a generic lambda that names it, so that the same lambda
// reads a const Settings and writes another.

template <typename Field, typename Parse, typename Show>
Binding bound_to(std::string_view accepted, Field field, const Parse& parse, const Show& show) {
  return {.accepted = std::string(accepted),
          .assign = [field, parse](Settings& settings, std::string_view text) -> std::optional<std::string> {
            auto value = parse(text);
            if (!value) return std::move(value).error();
            using Value = std::remove_reference_t<decltype(field(settings))>;
            field(settings) = static_cast<Value>(*std::move(value));
            return std::nullopt;
          },
          .show = [field, show](const Settings& settings) { return show(field(settings)); }};
}

template <typename Field>
Binding comparable(Binding binding, Field field) {
  binding.exceeds = [field](const Settings& settings, const Settings& cap) { return field(settings) > field(cap); };
  return binding;
}

template <typename Field>
Binding integer(IntegerRange range, Field field) {
  return comparable(bound_to(
                        fmt::format("{} to {}", range.min, range.max), field,
                        [range](std::string_view text) { return parse_integer(text, range); },
                        [](auto value) { return fmt::to_string(value); }),
                    field);
}

template <typename Field>
Binding share(Field field) {
  return bound_to("0 to 1", field, parse_share, [](double value) { return fmt::to_string(value); });
}

template <typename Field>
Binding size(IntegerRange range, Field field) {
  return comparable(bound_to(
                        fmt::format("{} to {}", size_text(range.min), size_text(range.max)), field,
                        [range](std::string_view text) { return parse_size(text, range); }, size_text),
                    field);
}

template <typename Field>
Binding duration(DurationRange range, Field field) {
  return bound_to(
      fmt::format("{} to {}", duration_text(range.min), duration_text(range.max)), field,
      [range](std::string_view text) { return parse_duration(text, range); }, duration_text);
}

/// A field of seconds.
template <typename Field>
Binding whole_seconds(DurationRange range, Field field) {
  return bound_to(
      fmt::format("{} to {}", duration_text(range.min), duration_text(range.max)), field,
      [range](std::string_view text) -> Parsed<std::chrono::seconds> {
        auto value = parse_duration(text, range);
        if (!value) return std::unexpected(std::move(value).error());
        return std::chrono::ceil<std::chrono::seconds>(*value);
      },
      [](std::chrono::seconds value) { return duration_text(value); });
}

template <typename Field>
Binding boolean(Field field) {
  return bound_to("true or false", field, parse_boolean, [](bool value) { return value ? "true" : "false"; });
}

template <typename Field>
Binding local_path(Field field) {
  return bound_to("", field, parse_path, [](const std::filesystem::path& path) { return path.string(); });
}

// A person names one folder; by default there are several.
Binding tessdata_dir() {
  return bound_to(
      "", [](auto& s) -> auto& { return s.sandbox.tessdata_dirs; },
      [](std::string_view text) -> Parsed<TessdataDirs> {
        auto path = parse_path(text);
        if (!path) return std::unexpected(std::move(path).error());
        return TessdataDirs{*std::move(path)};
      },
      [](const TessdataDirs& folders) {
        std::vector<std::string> paths;
        for (const std::filesystem::path& folder : folders) paths.push_back(folder.string());
        return fmt::format("{}", fmt::join(paths, ", "));
      });
}

template <typename Field>
Binding text(Field field) {
  return bound_to(
      "", field, [](std::string_view given) -> Parsed<std::string> { return std::string(given); },
      [](const std::string& value) { return value; });
}

template <typename Field>
Binding account(Field field) {
  return bound_to("12 digits", field, parse_account, [](const std::string& value) { return value; });
}

template <typename Field>
Binding place(Field field) {
  return bound_to("", field, parse_place, [](const Place& shown) -> std::string {
    if (shown.empty()) return "";
    return shown.is_folder() ? shown.path().string() : shown.uri();
  });
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

template <typename Value>
using Choice = std::pair<std::string_view, Value>;

template <typename Value, typename Field>
Binding choice(const std::vector<Choice<Value>>& choices, Field field) {
  std::vector<std::string_view> words;
  words.reserve(choices.size());
  for (const auto& [word, value] : choices) words.push_back(word);
  const std::string accepted = alternatives(words);
  const auto parse = [choices, accepted](std::string_view text) -> Parsed<Value> {
    for (const auto& [word, value] : choices)
      if (word == text) return value;
    return std::unexpected(accepted);
  };
  const auto show = [choices](Value shown) -> std::string {
    for (const auto& [word, value] : choices)
      if (value == shown) return std::string(word);
    return "";
  };
  return bound_to(accepted, field, parse, show);
}

template <typename Field>
Binding globs(Field field) {
  return bound_to("", field, parse_globs, globs_text);
}

Binding date() {
  return bound_to(
      "2026-11-22 or 2026-11-22T01:40:43Z, in UTC", [](auto& s) -> auto& { return s.since; }, parse_date,
      [](const std::optional<WallTime>& time) { return time ? iso8601(*time) : std::string(); });
}

Binding log_level() {
  const auto parse = [](std::string_view text) -> Parsed<log::Level> {
    if (const auto level = log::level_from(text)) return *level;
    return std::unexpected("debug, info, warning or error (any case)");
  };
  return bound_to(
      "debug, info, warning or error; any case", [](auto& s) -> auto& { return s.log.level; }, parse,
      [](log::Level level) { return std::string(log::name_of(level)); });
}

Binding page_list() {
  return bound_to(
      "page numbers and ranges, such as 1-3,7", [](auto& s) -> auto& { return s.pages; }, parse_pages,
      [](const std::vector<std::uint32_t>&) { return std::string(); });
}

Binding page_number() {
  static constexpr IntegerRange range{.min = 1, .max = 1'000'000};
  return bound_to(
      fmt::format("{} to {}", range.min, range.max), [](auto& s) -> auto& { return s.page_number; },
      [](std::string_view text) { return parse_integer(text, range); },
      [](const std::optional<std::uint32_t>& number) { return number ? fmt::to_string(*number) : std::string(); });
}

constexpr CommandSet sweeping{Command::sweep, Command::config};
constexpr CommandSet milling{Command::sweep, Command::worker, Command::doctor, Command::config};
constexpr CommandSet with_output{Command::sweep, Command::worker, Command::prune,
                                 Command::runs,  Command::doctor, Command::config};
constexpr CommandSet reaching{Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::runs,
                              Command::queue, Command::doctor, Command::extract, Command::show,  Command::config};
// Those of them that read or write a bucket.
constexpr CommandSet reaching_buckets{Command::sweep,   Command::worker, Command::enqueue,
                                      Command::prune,   Command::runs,   Command::doctor,
                                      Command::extract, Command::show,   Command::config};
constexpr CommandSet working{Command::worker, Command::config};
constexpr CommandSet extracting{Command::sweep, Command::worker, Command::extract, Command::config};
// What a recipe says goes into messages too.
constexpr CommandSet of_recipe{Command::sweep, Command::worker, Command::enqueue, Command::extract, Command::config};
constexpr CommandSet of_output_recipe{Command::sweep, Command::worker, Command::enqueue, Command::config};
constexpr CommandSet configured{Command::prune, Command::runs,   Command::sweep,   Command::worker, Command::enqueue,
                                Command::queue, Command::doctor, Command::extract, Command::show,   Command::config};

namespace group {
constexpr std::string_view places = "Places";
constexpr std::string_view queue = "Queue";
constexpr std::string_view buckets = "AWS";
constexpr std::string_view chosen = "Which documents and messages";
constexpr std::string_view observation = "What others see of it";
constexpr std::string_view repeated = "What is done again";
constexpr std::string_view text = "Text and OCR";
constexpr std::string_view result = "Result";
constexpr std::string_view limits = "Limits on a document";
constexpr std::string_view sandbox = "Work and sandbox";
constexpr std::string_view messages = "Messages";
}  // namespace group

std::vector<Option> place_options() {
  return {
      {.flag = "in",
       .value_name = "PLACE",
       .letter = "i",
       .group = group::places,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::doctor,
                    Command::config},
       .help =
           "Folder or s3://BUCKET/PREFIX of documents (PDF, JPEG, PNG, TIFF, WebP, BMP, GIF, JPEG 2000) with its "
           "folders, or one document. A sweep needs it; a worker without it takes documents of any bucket and names "
           "them BUCKET/KEY.",
       .binding = place([](auto& s) -> auto& { return s.in; })},
      {.flag = "out",
       .value_name = "PLACE",
       .letter = "o",
       .group = group::places,
       .commands = with_output,
       .help = "Folder or s3://BUCKET/PREFIX for the Parquet files; a folder is made if need be. May lie below --in. "
               "Required.",
       .binding = place([](auto& s) -> auto& { return s.out; })},
      {.flag = "follow-links",
       .group = group::places,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::config},
       .help =
           "Follow symbolic links that lead out of the folder --in; what several lead to is done once. Without this "
           "they are counted and left out. Links to what lies below --in are never followed: it is found anyway.",
       .binding = boolean([](auto& s) -> auto& { return s.stores.follow_links; })},
      {.flag = "queue",
       .value_name = "URI",
       .alias = "queue-url",
       .group = group::places,
       .commands = {Command::worker, Command::enqueue, Command::queue, Command::doctor, Command::config},
       .help =
           "The URL of an SQS queue, or sqlite:///PATH/FILE.db, behind a '?' also queue=NAME, dead-letters=NAME and "
           "receives-max=COUNT, joined by '&'. Required.",
       .binding = text([](auto& s) -> auto& { return s.queue; })},
      {.flag = "passwords-file",
       .value_name = "FILE",
       .group = group::places,
       .commands = extracting,
       .help = "Passwords to try on encrypted documents, one a line, in UTF-8.",
       .binding = local_path([](auto& s) -> auto& { return s.passwords_file; })},
      {.flag = "password-env",
       .value_name = "NAME",
       .group = group::places,
       .commands = extracting,
       .help = "Environment variable that holds such passwords, one a line.",
       .binding = text([](auto& s) -> auto& { return s.password_variable; })},
      {.flag = "passwords",
       .group = group::places,
       .commands = {Command::sweep, Command::worker, Command::extract},
       .help = "Ask for such passwords on the terminal, which does not show them.",
       .flag_only = true,
       .binding = boolean([](auto& s) -> auto& { return s.ask_for_passwords; })},
      {.flag = "config",
       .value_name = "FILE",
       .group = group::places,
       .commands = configured,
       .help = "JSON file of settings: the flags' names with underscores as keys.",
       .binding = local_path([](auto& s) -> auto& { return s.config_file; })},
      {.flag = "env-file",
       .value_name = "FILE",
       .group = group::places,
       .commands = configured,
       .help = "File of KEY=VALUE lines that count as environment variables, below the real ones. No such file is read "
               "unless it is named.",
       .binding = local_path([](auto& s) -> auto& { return s.env_file; })},
  };
}

std::vector<Option> queue_options() {
  return {
      {.flag = "visibility-timeout",
       .value_name = "DURATION",
       .group = group::queue,
       .commands = working,
       .help = "How long a message is hidden from other workers before it counts as abandoned. While a document is "
               "processed this is extended every third of it, so it need not be longer than any document takes.",
       .binding = whole_seconds({3s, 12h}, [](auto& s) -> auto& { return s.worker.visibility_timeout; })},
      {.flag = "receive-wait",
       .value_name = "DURATION",
       .group = group::queue,
       .commands = working,
       .help = "How long one call waits for a message (long polling); with --exit-when-empty at most a second.",
       .binding = whole_seconds({0s, 20s}, [](auto& s) -> auto& { return s.worker.receive_wait; })},
      {.flag = "max-receives",
       .value_name = "COUNT",
       .group = group::queue,
       .commands = working,
       .help = "Receives of one message before the queue gives it up, where its redrive policy may not be read. If a "
               "worker died of it, at the last but one the document is read in the safe profile: native text only, one "
               "page a process.",
       .binding = integer({1, 1'000}, [](auto& s) -> auto& { return s.worker.receives_max; })},
      {.flag = "on-failed",
       .value_name = "WHAT",
       .group = group::queue,
       .commands = working,
       .help = "Where a message goes whose document failed: dlq, the dead-letter queue of the queue's redrive policy; "
               "delete; keep, left to the queue's own redrive.",
       .binding =
           choice<OnFailed>({{"dlq", OnFailed::dead_letter}, {"delete", OnFailed::remove}, {"keep", OnFailed::keep}},
                            [](auto& s) -> auto& { return s.worker.on_failed; })},
      {.flag = "documents-in-flight",
       .value_name = "COUNT",
       .group = group::queue,
       .commands = working,
       .help =
           "Documents that are read, extracted or written at a time; as many more messages as one call brings wait.",
       .default_text = "0: sixteen for each of --workers",
       .binding = integer({0, 1'000}, [](auto& s) -> auto& { return s.worker.documents_in_flight; })},
      {.flag = "drain-timeout",
       .value_name = "DURATION",
       .group = group::queue,
       .commands = working,
       .help = "After the first SIGINT or SIGTERM, time for running documents to finish; the rest goes back to the "
               "queue at once. ECS allows 120 seconds at most. A second signal ends at once.",
       .binding = duration({0ms, 1h}, [](auto& s) -> auto& { return s.drain_timeout; })},
      {.flag = "watch",
       .group = group::queue,
       .commands = working,
       .help = "Send every document of the folder --in to the queue, those that are there and those that come.",
       .binding = boolean([](auto& s) -> auto& { return s.watch; })},
      {.flag = "exit-when-empty",
       .group = group::queue,
       .commands = working,
       .help = "End when the queue is empty, with exit code 1 if a document failed.",
       .binding = boolean([](auto& s) -> auto& { return s.worker.exit_when_empty; })},
  };
}

Binding listen_address() {
  return bound_to(
      "HOST:PORT, [::1]:PORT, or :PORT for every address of this machine", [](auto& s) -> auto& { return s.http; },
      parse_listen_address,
      [](const ListenAddress& address) { return address.empty() ? std::string() : address.text(); });
}

Binding history_place() {
  return bound_to(
      "", [](auto& s) -> auto& { return s.history; },
      [](std::string_view text) { return parse_object_place(text, ".json"); },
      [](const ObjectPlace& place) -> std::string {
        if (place.empty()) return "";
        return place.folder.is_folder() ? (place.folder.path() / place.name).string() : place.uri();
      });
}

std::vector<Option> observation_options() {
  return {
      {.flag = "http",
       .value_name = "ADDR",
       .group = group::observation,
       .commands = working,
       .help = "Answer /healthz, /readyz and /metrics (Prometheus) over HTTP there.",
       .binding = listen_address()},
      {.flag = "metrics",
       .value_name = "FORMAT",
       .environment = "METRICS",
       .group = group::observation,
       .commands = working,
       .help = "Metrics in the log, about once a minute: emf is CloudWatch's embedded metric format.",
       .binding = choice<MetricsLog>({{"none", MetricsLog::none}, {"emf", MetricsLog::emf}},
                                     [](auto& s) -> auto& { return s.metrics; })},
      {.flag = "history",
       .value_name = "FILE",
       .group = group::observation,
       .commands = working,
       .help = "JSON file, or s3://BUCKET/KEY, of the last outcome of each document, kept by any number of workers "
               "together. Parquet files of older ones lie in a folder beside it. Not below --in.",
       .binding = history_place()},
      {.flag = "history-documents",
       .value_name = "COUNT",
       .group = group::observation,
       .commands = working,
       .help = "So many of the newest stay in that file.",
       .binding = integer({1, 50'000}, [](auto& s) -> auto& { return s.history_documents_max; })},
  };
}

std::vector<Option> bucket_options() {
  using Encryption = aws::S3Settings::Encryption;
  return {
      {.flag = "bucket",
       .value_name = "NAME",
       .group = group::buckets,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::runs, Command::doctor,
                    Command::config},
       .help = "With the next two another spelling of --in s3://NAME/PREFIX and --out s3://NAME/PREFIX.",
       .binding = text([](auto& s) -> auto& { return s.bucket; })},
      {.flag = "in-prefix",
       .value_name = "PREFIX",
       .group = group::buckets,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::doctor,
                    Command::config},
       .help = "Documents are the objects of --bucket whose keys begin so.",
       .default_text = "the whole bucket",
       .binding = text([](auto& s) -> auto& { return s.in_key_prefix; })},
      {.flag = "out-prefix",
       .value_name = "PREFIX",
       .group = group::buckets,
       .commands = with_output,
       .help = "Outputs are objects of --bucket whose keys begin so.",
       .binding = text([](auto& s) -> auto& { return s.out_key_prefix; })},
      {.flag = "region",
       .value_name = "REGION",
       .environment = "AWS_REGION",
       .group = group::buckets,
       .commands = reaching,
       .help = "Where the buckets are.",
       .default_text = "AWS_DEFAULT_REGION, else the profile's",
       .binding = text([](auto& s) -> auto& { return s.aws.region; })},
      {.flag = "encryption",
       .value_name = "HOW",
       .group = group::buckets,
       .commands = milling,
       .help =
           "Encryption of what is written: as the bucket says itself, by S3's own keys (SSE-S3), or by a key of KMS "
           "(SSE-KMS).",
       .binding =
           choice<Encryption>({{"bucket", Encryption::of_the_bucket}, {"s3", Encryption::s3}, {"kms", Encryption::kms}},
                              [](auto& s) -> auto& { return s.stores.s3.encryption; })},
      {.flag = "kms-key-id",
       .value_name = "ID",
       .group = group::buckets,
       .commands = milling,
       .help = "With --encryption kms: the key's id, ARN or alias.",
       .default_text = "the account's own key for S3",
       .binding = text([](auto& s) -> auto& { return s.stores.s3.kms_key_id; })},
      {.flag = "requester-pays",
       .group = group::buckets,
       .commands = reaching_buckets,
       .help = "Pay for requests to a bucket whose owner asks for that.",
       .binding = boolean([](auto& s) -> auto& { return s.stores.s3.requester_pays; })},
      {.flag = "expected-bucket-owner",
       .value_name = "ACCOUNT",
       .group = group::buckets,
       .commands = reaching_buckets,
       .help = "Account that must own the buckets; S3 refuses every request where another one does.",
       .default_text = "anybody",
       .binding = account([](auto& s) -> auto& { return s.aws.expected_bucket_owner; })},
      {.flag = "list-page-size",
       .value_name = "COUNT",
       .group = group::buckets,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::runs, Command::doctor,
                    Command::config},
       .help = "Keys that one request lists.",
       .binding = integer({1, 1000}, [](auto& s) -> auto& { return s.stores.listing.list_page_objects_max; })},
  };
}

std::vector<Option> choice_options() {
  return {
      {.flag = "include",
       .value_name = "GLOBS",
       .group = group::chosen,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::config},
       .help =
           "Only files below --in that match one of these patterns, joined by commas or given by several flags. "
           "Patterns are those of .gitignore: * and ? stand for anything but '/', [a-z] for one of these, ** for any "
           "folders; without a '/' before its end a pattern matches names at any depth, else paths below --in; one "
           "that matches a folder matches all in it. Of a worker they hold for --watch.",
       .default_text = "all",
       .repeatable = true,
       .binding = globs([](auto& s) -> auto& { return s.selection.include; })},
      {.flag = "exclude",
       .value_name = "GLOBS",
       .group = group::chosen,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::config},
       .help = "No files below --in that match one of these, even if --include does.",
       .default_text = "none",
       .repeatable = true,
       .binding = globs([](auto& s) -> auto& { return s.selection.exclude; })},
      {.flag = "fail-if-empty",
       .inverse = "no-fail-if-empty",
       .group = group::chosen,
       .commands = {Command::sweep, Command::enqueue, Command::config},
       .help = "End with exit code 1 where no document lies below --in: most often the folder or prefix is mistyped.",
       .binding = boolean([](auto& s) -> auto& { return s.fail_if_empty; })},
      {.flag = "since",
       .value_name = "DATE",
       .group = group::chosen,
       .commands = {Command::enqueue},
       .help = "Only documents that were changed then or later.",
       .default_text = "all",
       .flag_only = true,
       .binding = date()},
      {.flag = "match",
       .value_name = "GLOB",
       .group = group::chosen,
       .commands = {Command::enqueue},
       .help = "Only documents whose path below --in matches: * stands for any characters, '/' among them, ? for one, "
               "[a-z] for one of these.",
       .default_text = "all",
       .flag_only = true,
       .binding = text([](auto& s) -> auto& { return s.match; })},
      {.flag = "messages-max",
       .value_name = "COUNT",
       .group = group::chosen,
       .commands = {Command::queue},
       .help = "So many messages are shown by peek.",
       .flag_only = true,
       .binding = integer({1, 1000}, [](auto& s) -> auto& { return s.messages_max; })},
      {.flag = "dry-run",
       .group = group::chosen,
       .commands = {Command::sweep, Command::enqueue},
       .help = "Print the documents, of a sweep with what would be done with each and why, and do nothing.",
       .flag_only = true,
       .binding = boolean([](auto& s) -> auto& { return s.dry_run; })},
      {.flag = "keep",
       .value_name = "COUNT",
       .group = group::chosen,
       .commands = {Command::runs},
       .help = "So many of the newest runs keep their tables when runs are pruned.",
       .flag_only = true,
       .binding = integer({0, 1'000'000}, [](auto& s) -> auto& { return s.runs_kept; })},
      {.flag = "yes",
       .group = group::chosen,
       .commands = {Command::queue, Command::prune, Command::runs},
       .help = "Remove: of queue purge every message, of prune what it finds, of runs prune the older tables.",
       .flag_only = true,
       .binding = boolean([](auto& s) -> auto& { return s.yes; })},
  };
}

std::vector<Option> repetition_options() {
  return {
      {.flag = "skip-if-exists",
       .environment = "SKIP_IF_EXISTS",
       .inverse = "force",
       .group = group::repeated,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::config},
       .help = "Leave out documents whose output is there and fits the document, the settings and this version as they "
               "are now. --force does every document again.",
       .binding = boolean([](auto& s) -> auto& { return s.skip_if_exists; })},
      {.flag = "retry-failed",
       .group = group::repeated,
       .commands = sweeping,
       .help = "Try documents again that failed for good in an earlier run.",
       .binding = boolean([](auto& s) -> auto& { return s.retry_failed; })},
  };
}

std::vector<Option> text_options() {
  return {
      {.flag = "ocr",
       .value_name = "WHEN",
       .group = group::text,
       .commands = of_recipe,
       .help = "Which pages are recognised: those that show text which they do not hold (auto), also pictures beside "
               "text, all "
               "pages, or none.",
       .in_message = true,
       .binding = choice<OcrMode>({{"auto", OcrMode::automatic},
                                   {"pictures", OcrMode::pictures},
                                   {"always", OcrMode::always},
                                   {"never", OcrMode::never}},
                                  [](auto& s) -> auto& { return s.recipe.ocr; })},
      {.flag = "ocr-languages",
       .value_name = "LANGUAGES",
       .group = group::text,
       .commands = extracting,
       .help =
           "Languages to recognise, by Tesseract's names. Of those joined by a comma each page is read with the one "
           "that fits it best; auto stands for all that are installed.",
       .binding = bound_to(
           "auto, or names joined by + (read at once) or a comma, such as eng+deu,rus",
           [](auto& s) -> auto& { return s.recipe.ocr_languages; }, parse_languages,
           [](const std::string& value) { return value; })},
      {.flag = "ocr-dpi",
       .value_name = "DPI",
       .environment = "OCR_DPI",
       .group = group::text,
       .commands = of_recipe,
       .help = "Resolution at which a page is drawn to be recognised.",
       .in_message = true,
       .binding = integer({50, 600}, [](auto& s) -> auto& { return s.recipe.ocr_dpi; })},
      {.flag = "min-text-len",
       .value_name = "COUNT",
       .environment = "MIN_TEXT_LEN",
       .group = group::text,
       .commands = of_recipe,
       .help = "A page with fewer characters of its own, white space not counted, is a candidate for OCR.",
       .in_message = true,
       .binding = integer({0, 100'000}, [](auto& s) -> auto& { return s.recipe.text_length_min; })},
      {.flag = "trust",
       .value_name = "WHEN",
       .group = group::text,
       .commands = of_recipe,
       .help =
           "When a page's own text is compared with what is drawn, by recognising a few of its lines: where there are "
           "signs that it is wrong (signals), or also a line of each font (check).",
       .in_message = true,
       .binding = choice<TrustMode>({{"signals", TrustMode::signals}, {"check", TrustMode::check}},
                                    [](auto& s) -> auto& { return s.recipe.trust; })},
      {.flag = "trust-min",
       .value_name = "SHARE",
       .group = group::text,
       .commands = of_recipe,
       .help = "A page whose own text is trusted less (text_trust) is recognised.",
       .in_message = true,
       .binding = share([](auto& s) -> auto& { return s.recipe.trust_min; })},
  };
}

std::string_view help_of_outputs() {
  static const std::string help = [] {
    std::string text = "What to make of each document, names joined by commas:";
    for (const OutputId id : output_ids)
      text +=
          fmt::format("{} {} ({})", id == output_ids.front() ? "" : ",", output_of(id).name, output_of(id).description);
    return text + ". Each is made again only where it is not done for the document as it is.";
  }();
  return help;
}

std::vector<Option> result_options() {
  return {
      {.flag = "outputs",
       .value_name = "NAMES",
       .group = group::result,
       .commands = of_recipe,
       .help = help_of_outputs(),
       .in_message = true,
       .binding = bound_to(
           "names of outputs, such as text,words", [](auto& s) -> auto& { return s.recipe.outputs; }, parse_outputs,
           [](const Outputs& outputs) { return names_of(outputs); })},
      {.flag = "batch-size",
       .value_name = "PAGES",
       .environment = "BATCH_SIZE",
       .group = group::result,
       .commands = of_output_recipe,
       .help = "Pages per row group of the Parquet files.",
       .in_message = true,
       .binding = integer({1, 100'000}, [](auto& s) -> auto& { return s.recipe.batch_size; })},
      {.flag = "manifest",
       .value_name = "WHEN",
       .group = group::result,
       .commands = sweeping,
       .help =
           "Which runs leave a table of their documents: those in which something happened, or all, also where every "
           "document was done or known before.",
       .binding = choice<ManifestWhen>({{"changed", ManifestWhen::changed}, {"always", ManifestWhen::always}},
                                       [](auto& s) -> auto& { return s.manifest; })},
      {.flag = "format",
       .value_name = "FORMAT",
       .group = group::result,
       .commands = {Command::extract},
       .help =
           "What is printed: text (every page ends with a form feed; on a terminal a line names each page instead), "
           "json (one array of documents with their pages), or ndjson (a JSON object a page).",
       .binding = choice<ExtractFormat>(
           {{"text", ExtractFormat::text}, {"json", ExtractFormat::json}, {"ndjson", ExtractFormat::ndjson}},
           [](auto& s) -> auto& { return s.format; })},
      {.flag = "pages",
       .value_name = "LIST",
       .group = group::result,
       .commands = {Command::extract},
       .help = "Only these pages.",
       .default_text = "every page",
       .flag_only = true,
       .binding = page_list()},
      {.flag = "page",
       .value_name = "NUMBER",
       .group = group::result,
       .commands = {Command::show},
       .help = "Only this page.",
       .default_text = "every page",
       .flag_only = true,
       .binding = page_number()},
      {.flag = "json",
       .group = group::result,
       .commands = {Command::queue, Command::runs, Command::doctor, Command::config, Command::version},
       .help = "Print JSON.",
       .flag_only = true,
       .binding = boolean([](auto& s) -> auto& { return s.json; })},
  };
}

std::vector<Option> limit_options() {
  return {
      {.flag = "document-size-max",
       .value_name = "SIZE",
       .group = group::limits,
       .commands = of_recipe,
       .help = "A larger document fails with limit_bytes.",
       .in_message = true,
       .is_limit = true,
       .binding = size({1, 64 * GiB}, [](auto& s) -> auto& { return s.recipe.limits.document_size_bytes_max; })},
      {.flag = "pages-max",
       .value_name = "COUNT",
       .group = group::limits,
       .commands = of_recipe,
       .help = "Pages beyond are not read: the document is partial, with limit_pages.",
       .in_message = true,
       .is_limit = true,
       .binding = integer({1, 1'000'000}, [](auto& s) -> auto& { return s.recipe.limits.pages_max; })},
      {.flag = "page-pixels-max",
       .value_name = "COUNT",
       .group = group::limits,
       .commands = of_recipe,
       .help = "Pixels of a drawn page or a decoded image. Either is made smaller to fit (warning dpi_reduced); an "
               "image of "
               "more than 64 times as many is refused.",
       .in_message = true,
       .is_limit = true,
       .binding = integer({10'000, 1'000'000'000}, [](auto& s) -> auto& { return s.recipe.limits.page_pixels_max; })},
      {.flag = "page-output-max",
       .value_name = "SIZE",
       .group = group::limits,
       .commands = of_recipe,
       .help = "A page that gives more fails with limit_output.",
       .in_message = true,
       .is_limit = true,
       .binding = size({4 * KiB, GiB}, [](auto& s) -> auto& { return s.recipe.limits.page_output_size_bytes_max; })},
      {.flag = "bad-pages-max",
       .value_name = "COUNT",
       .group = group::limits,
       .commands = of_recipe,
       .help = "After so many pages that crash or hang, the rest of the document is given up.",
       .in_message = true,
       .is_limit = true,
       .binding = integer({1, 1'000'000}, [](auto& s) -> auto& { return s.recipe.limits.bad_pages_max; })},
      {.flag = "page-timeout",
       .value_name = "DURATION",
       .group = group::limits,
       .commands = extracting,
       .help = "Time for one page.",
       .binding = duration({100ms, 24h}, [](auto& s) -> auto& { return s.recipe.limits.page_timeout; })},
      {.flag = "document-timeout-base",
       .value_name = "DURATION",
       .group = group::limits,
       .commands = extracting,
       .help = "Time for a document, to which the next two add for each page.",
       .binding = duration({100ms, 24h}, [](auto& s) -> auto& { return s.recipe.limits.document_timeout_base; })},
      {.flag = "document-timeout-per-page",
       .value_name = "DURATION",
       .group = group::limits,
       .commands = extracting,
       .help = "Time added for a page.",
       .binding = duration({0ms, 1h}, [](auto& s) -> auto& { return s.recipe.limits.document_timeout_per_page; })},
      {.flag = "document-timeout-per-ocr-page",
       .value_name = "DURATION",
       .group = group::limits,
       .commands = extracting,
       .help = "Time added for a page that is recognised.",
       .binding = duration({0ms, 1h}, [](auto& s) -> auto& { return s.recipe.limits.document_timeout_per_ocr_page; })},
      {.flag = "document-timeout-max",
       .value_name = "DURATION",
       .group = group::limits,
       .commands = extracting,
       .help = "The longest time for a document, however many pages it has.",
       .binding = duration({100ms, 168h}, [](auto& s) -> auto& { return s.recipe.limits.document_timeout_max; })},
      {.flag = "child-memory",
       .value_name = "SIZE",
       .group = group::limits,
       .commands = extracting,
       .help = "Memory for the process that reads a document.",
       .binding = size({64 * MiB, 256 * GiB}, [](auto& s) -> auto& { return s.recipe.limits.child_memory_bytes_max; })},
  };
}

std::vector<Option> sandbox_options() {
  return {
      {.flag = "workers",
       .value_name = "COUNT",
       .group = group::sandbox,
       .commands = extracting,
       .help = "Processes that read documents at a time.",
       .default_text = "the cores that the cgroup grants",
       .binding = integer({1, 256}, [](auto& s) -> auto& { return s.sandbox.slots; })},
      {.flag = "grace",
       .value_name = "DURATION",
       .group = group::sandbox,
       .commands = sweeping,
       .help = "After the first SIGINT or SIGTERM, time for running documents to finish. A second one ends at once.",
       .binding = duration({0ms, 1h}, [](auto& s) -> auto& { return s.grace; })},
      {.flag = "sandbox",
       .value_name = "MODE",
       .group = group::sandbox,
       .commands = extracting,
       .help =
           "strict: a system-call filter and limits, or nothing is read; require: the filter where it can be had, the "
           "limits in any case; off: neither, for benchmarks with documents of your own.",
       .binding = choice<SandboxMode>(
           {{"strict", SandboxMode::strict}, {"require", SandboxMode::require}, {"off", SandboxMode::off}},
           [](auto& s) -> auto& { return s.sandbox.mode; })},
      {.flag = "documents-per-child",
       .value_name = "COUNT",
       .group = group::sandbox,
       .commands = extracting,
       .help = "Small documents that one process may read, one after the other. A hostile one can see and falsify the "
               "others of its process: 1 where they belong to different owners.",
       .binding = integer({1, wire::work_list_entries_max},
                          [](auto& s) -> auto& { return s.sandbox.documents_per_child_max; })},
      {.flag = "font-dir",
       .value_name = "DIR",
       .group = group::sandbox,
       .commands = extracting,
       .help = "Fonts for pages that bring none; no other font is read.",
       .default_text = "the fonts that come with docmill",
       .binding = local_path([](auto& s) -> auto& { return s.sandbox.font_dir; })},
      {.flag = "tessdata-dir",
       .value_name = "DIR",
       .group = group::sandbox,
       .commands = extracting,
       .help = "Tesseract's language files.",
       .default_text = "those that come with docmill, then the system's",
       .binding = tessdata_dir()},
      {.flag = "sandbox-program",
       .value_name = "FILE",
       .group = group::sandbox,
       .commands = extracting,
       .help = "The program that reads documents.",
       .default_text = "docmill-extract beside docmill",
       .hidden = true,
       .binding = local_path([](auto& s) -> auto& { return s.sandbox.program; })},
  };
}

std::vector<Option> message_options() {
  return {
      {.flag = "summary",
       .value_name = "FORMAT",
       .group = group::messages,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::prune, Command::config},
       .help = "The closing summary on stdout: words for people, or one JSON object on one line.",
       .default_text = "json where stdout is no terminal and the log is JSON, else text",
       .binding = choice<SummaryFormat>({{"text", SummaryFormat::text}, {"json", SummaryFormat::json}},
                                        [](auto& s) -> auto& { return s.summary; })},
      {.flag = "quiet",
       .letter = "q",
       .group = group::messages,
       .commands = {Command::sweep, Command::worker, Command::enqueue, Command::extract, Command::config},
       .help = "No live line and no summary, unless --summary json asks for one; of the log only warnings and errors.",
       .binding = boolean([](auto& s) -> auto& { return s.quiet; })},
      {.flag = "log-level",
       .value_name = "LEVEL",
       .environment = "LOG_LEVEL",
       .group = group::messages,
       .commands = configured,
       .help = "How much is told on stderr; debug tells every step.",
       .binding = log_level()},
      {.flag = "log-format",
       .value_name = "FORMAT",
       .group = group::messages,
       .commands = configured,
       .help = "JSON objects or lines for people.",
       .default_text = "text on a terminal, json elsewhere",
       .binding = choice<log::Format>({{"json", log::Format::json}, {"text", log::Format::text}},
                                      [](auto& s) -> auto& { return s.log.format; })},
  };
}

std::vector<Option> make_options() {
  std::vector<Option> all;
  for (auto* const make :
       {place_options, bucket_options, queue_options, observation_options, choice_options, repetition_options,
        text_options, result_options, limit_options, sandbox_options, message_options})
    std::ranges::move(make(), std::back_inserter(all));
  return all;
}

constexpr std::array<CommandInfo, 12> command_table{{
    {.command = Command::sweep,
     .name = "sweep",
     .arguments = "--in PLACE --out PLACE [options]",
     .summary = "turn a folder or bucket of documents into Parquet",
     .description =
         "Reads every PDF and image below --in and writes one Parquet file of pages for each to --out, with the same "
         "folders. Both may be folders or prefixes of buckets. What is done is skipped the next time. A table of the "
         "run, one row a document, is written to OUT/_docmill/runs/. `docmill --mode sweep` is the same.",
     .reads_settings = true,
     .examples = "docmill sweep --in scans --out text\n"
                 "docmill sweep --in scans --out text --ocr never --workers 8\n"
                 "docmill sweep --in s3://BUCKET/zone=raw/ --out s3://BUCKET/zone=text/ --region us-east-1\n"
                 "docmill sweep --in scans --out text --passwords-file passwords.txt --retry-failed\n"
                 "OCR_DPI=300 docmill sweep --in scans --out text --ocr-languages eng+deu --summary json\n"},
    {.command = Command::worker,
     .name = "worker",
     .arguments = "--queue URI --out PLACE [--in PLACE] [options]",
     .summary = "process the documents that a queue names",
     .description =
         "Takes messages from a queue (events of S3 in all their wrappings, or what enqueue writes), processes their "
         "documents as sweep does, and removes a message when all that it asks for is durable. A document that fails "
         "goes to the dead-letter queue. Runs until it is told to stop; any number of workers may share a queue. "
         "`docmill --mode sqs-worker` is the same.",
     .reads_settings = true,
     .examples = "docmill worker --queue sqlite:///data/docmill.db --in scans --out text\n"
                 "docmill worker --queue sqlite:///data/docmill.db --in scans --out text --exit-when-empty\n",
     .mode = "sqs-worker"},
    {.command = Command::enqueue,
     .name = "enqueue",
     .arguments = "--in DIR --queue URI [options]",
     .summary = "send a message for every document of a folder to a queue",
     .description = "Sends one message for every PDF and image below --in, for workers to process. Settings of the "
                    "recipe that are "
                    "given as flags go with the messages; for others those of the worker count. What is done already "
                    "is recognised "
                    "by the worker, so documents may be sent again. The exit code is 0 when every document has its "
                    "message, 3 when the "
                    "folder or the queue failed or it was told to stop.",
     .reads_settings = true,
     .examples = "docmill enqueue --in scans --queue sqlite:///data/docmill.db\n"
                 "docmill enqueue --in scans --queue sqlite:///data/docmill.db --since 2026-11-01 --dry-run\n"
                 "docmill enqueue --in scans --queue sqlite:///data/docmill.db --force --ocr always\n"},
    {.command = Command::queue,
     .name = "queue",
     .arguments = "stats|peek|redrive|purge --queue URI [options]",
     .summary = "look at a queue and its dead letters, send them back, empty it",
     .description =
         "stats counts the messages of a queue and of its dead letters. peek shows messages and what they ask for, and "
         "takes none. redrive sends the dead letters back to their queue. purge removes all messages of the queue and "
         "wants --yes. Dead letters are a queue of their own, whose URI stats tells.",
     .reads_settings = true,
     .examples = "docmill queue stats --queue sqlite:///data/docmill.db\n"
                 "docmill queue peek --queue 'sqlite:///data/docmill.db?queue=dead-letters' --json\n"
                 "docmill queue redrive --queue sqlite:///data/docmill.db\n"},
    {.command = Command::prune,
     .name = "prune",
     .arguments = "--in PLACE --out PLACE [--yes] [options]",
     .summary = "find and remove outputs that no document stands behind any more",
     .description =
         "Lists --out and --in side by side and tells of outputs whose document is gone, or has changed and was not "
         "read "
         "since, and of marks of failures whose document is gone. With --yes they are removed, each only if neither it "
         "nor its document has changed since it was looked at. Outputs of documents of other places are left alone. Of "
         "S3 this takes a request for each output, and the permissions s3:ListBucket and s3:GetObject on both places; "
         "to remove, s3:DeleteObject on --out. Run a sweep first, so that what merely waits is done.",
     .reads_settings = true,
     .examples = "docmill prune --in scans --out text\n"
                 "docmill prune --in s3://BUCKET/raw/ --out s3://BUCKET/text/ --yes\n"},
    {.command = Command::runs,
     .name = "runs",
     .arguments = "list|show [RUN_ID]|prune --out PLACE [options]",
     .summary = "look at the tables that runs left, and remove old ones",
     .description =
         "list names the runs of --out that left a table of their documents, the oldest first. show prints the table "
         "of "
         "one, or of the newest. prune tells which are older than the newest --keep, and removes them with --yes.",
     .reads_settings = true,
     .examples = "docmill runs list --out text\n"
                 "docmill runs show --out text\n"
                 "docmill runs prune --out text --keep 10 --yes\n"},
    {.command = Command::doctor,
     .name = "doctor",
     .arguments = "[--in PLACE] [--out PLACE] [--queue URI] [options]",
     .summary = "try what a run would need, and say what is missing",
     .description =
         "Tries the sandbox, and every permission and setting that sweep and worker need of the places that are given: "
         "lists and reads --in, writes an object of its own to --out and removes it, looks at --queue. Says what is "
         "missing, what follows, and what to do. Ends with 0 where nothing is in the way, else with 1.",
     .reads_settings = true,
     .examples = "docmill doctor --in s3://BUCKET/raw/ --out s3://BUCKET/text/ --region us-east-1\n"
                 "docmill doctor --queue sqlite:///data/docmill.db --json\n"},
    {.command = Command::extract,
     .name = "extract",
     .arguments = "FILE... [options]",
     .summary = "print the text of documents",
     .description =
         "Reads documents in the same way as sweep and prints their pages to stdout. A document is named by a "
         "path, file:///PATH or s3://BUCKET/KEY; - is stdin, and a folder or prefix stands for all documents "
         "in it.",
     .reads_settings = true,
     .examples = "docmill extract report.pdf\n"
                 "docmill extract report.pdf --pages 1-3,7 --format json\n"
                 "docmill extract s3://BUCKET/raw/report.pdf --region us-east-1\n"
                 "cat report.pdf | docmill extract -\n"
                 "docmill extract *.pdf --format ndjson | jq -r .text\n"},
    {.command = Command::show,
     .name = "show",
     .arguments = "FILE... [--page NUMBER] [options]",
     .summary = "look into a Parquet file that docmill wrote",
     .description =
         "Prints the pages of a document's output, or the documents of a run's table. A file is named by a path, "
         "file:///PATH or s3://BUCKET/KEY; - is stdin. Control characters are escaped.",
     .reads_settings = true,
     .examples = "docmill show text/report_raw_text.parquet --page 2\n"
                 "docmill show text/_docmill/runs/*.parquet\n"},
    {.command = Command::config,
     .name = "config",
     .arguments = "[options of sweep]",
     .summary = "print the settings in force and where each came from",
     .description =
         "Reads flags, environment and files as sweep does, and prints every setting with its value and where "
         "that came from. Nothing is swept.",
     .reads_settings = true},
    {.command = Command::version,
     .name = "version",
     .arguments = "[--json]",
     .summary = "print the versions of docmill and its libraries",
     .description = "Prints the versions of docmill and of the libraries it works with.",
     .reads_settings = false},
    {.command = Command::help,
     .name = "help",
     .arguments = "[COMMAND]",
     .summary = "explain a command and its options",
     .description = "The same as COMMAND --help.",
     .reads_settings = false},
}};

std::string with_underscores(std::string_view flag) {
  std::string text(flag);
  std::ranges::replace(text, '-', '_');
  return text;
}

}  // namespace

std::span<const CommandInfo> commands() { return command_table; }

const CommandInfo& info_of(Command command) { return command_table.at(std::to_underlying(command)); }

std::string default_environment_name(std::string_view flag) {
  std::string name = "DOCMILL_" + with_underscores(flag);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return name;
}

std::string Option::environment_name() const {
  return environment.empty() ? default_environment_name(flag) : std::string(environment);
}

std::string Option::config_key() const { return with_underscores(flag); }

std::vector<std::string> Option::environment_names() const {
  if (flag_only) return {};
  if (alias.empty()) return {environment_name()};
  return {environment_name(), default_environment_name(alias)};
}

std::vector<std::string> Option::config_keys() const {
  if (flag_only) return {};
  if (alias.empty()) return {config_key()};
  return {config_key(), with_underscores(alias)};
}

std::string mode_variable() { return default_environment_name("mode"); }

std::string Option::default_shown() const {
  return default_text.empty() ? binding.show(Settings{}) : std::string(default_text);
}

std::span<const Option> options() {
  static const std::vector<Option> all = make_options();
  return all;
}

const Option* find_option(std::string_view flag) {
  for (const Option& option : options())
    if (option.flag == flag) return &option;
  return nullptr;
}

}  // namespace docmill
