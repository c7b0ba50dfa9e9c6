#include "mill/prune.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/percent_encoded.h"
#include "mill/in_parallel.h"
#include "mill/place_errors.h"
#include "mill/source_cursor.h"
#include "output/failed_mark.h"
#include "output/names.h"
#include "output/page_files.h"
#include "output/stamp.h"
#include "telemetry/log.h"

namespace docmill {
namespace {

/// An object of the output store, the document that it belongs to, and that as it is now.
struct Candidate {
  ObjectInfo object;
  std::string document;
  Carrier carrier = list_of_files;
  std::optional<ObjectInfo> source = {};
};

enum class Finding : std::uint8_t { in_use, leftover, kept, of_other_place, of_others, vanished };
struct Look {
  Finding finding = Finding::in_use;
  Leftover leftover = {};
};

class Pruning {
 public:
  Pruning(ObjectStore& source, ObjectStore& output, const PruneSettings& settings,
          const std::function<void(const Leftover&)>& tell, const std::stop_token& stop)
      : source_(source), output_(output), settings_(settings), tell_(tell), stop_(stop) {}

  Result<PruneSummary> go() {
    auto sources = source_.list({.prefix = {}, .start_after = {}, .leave_out = settings_.leave_out});
    if (!sources) return std::unexpected(std::move(sources).error());
    SourceCursor cursor(source_, *std::move(sources));
    if (!cursor.finds_any()) return nothing_there(cursor);
    if (auto gone_through = outputs(cursor); !gone_through) return std::unexpected(std::move(gone_through).error());
    if (auto gone_through = marks(cursor); !gone_through) return std::unexpected(std::move(gone_through).error());
    if (cursor.first_error()) note(*cursor.first_error());
    summary_.sources_listed = cursor.listed();
    summary_.requests = requests_ + cursor.asked();
    summary_.finished = !stop_.stop_requested() && summary_.place_errors.empty();
    return std::move(summary_);
  }

 private:
  std::unexpected<Error> nothing_there(const SourceCursor& cursor) const {
    if (cursor.first_error()) return std::unexpected(*cursor.first_error());
    return fail(ErrorKind::invalid_input, source_.uri(""),
                "nothing lies there, so every output would count as left over; is the place right?");
  }

  Result<void> outputs(SourceCursor& cursor) {
    // Files of outputs go with the table that lists them.
    const auto holds_no_tables = [this](std::string_view prefix) {
      return prefix == own_prefix || settings_.layout.has_among_files(prefix);
    };
    auto listing = output_.list({.prefix = settings_.layout.tables, .start_after = {}, .leave_out = holds_no_tables});
    if (!listing) return std::unexpected(std::move(listing).error());
    go_through(
        **listing, cursor, [this](const std::string& key) { return document_of_output(settings_.layout, key); },
        [this](const ObjectInfo& object) { return read_source_uri(output_, object); },
        [this](const Candidate& candidate) { return look_at_output(candidate); });
    return {};
  }

  Result<void> marks(SourceCursor& cursor) {
    auto listing = output_.list({.prefix = std::string(failed_prefix)});
    if (!listing) return std::unexpected(std::move(listing).error());
    go_through(
        **listing, cursor, document_of_mark, [this](const ObjectInfo& object) { return source_uri_of_mark(object); },
        [this](const Candidate& candidate) { return look_at_mark(candidate); });
    return {};
  }

  Result<std::optional<std::string>> source_uri_of_mark(const ObjectInfo& object) {
    const auto mark = read_failed_mark_at(output_, object.key);
    if (!mark) return std::unexpected(mark.error());
    return *mark ? std::optional((*mark)->record.source_uri) : std::nullopt;
  }

  template <typename NameOf, typename SourceUriOf, typename LookAt>
  void go_through(Listing& listing, SourceCursor& cursor, const NameOf& name_of, const SourceUriOf& source_uri_of,
                  const LookAt& look_at) {
    std::vector<Candidate> waiting;
    while (!stop_.stop_requested()) {
      auto info = listing.next();
      if (info && !*info) break;
      auto candidate = info ? candidate_of(**std::move(info), cursor, name_of, source_uri_of)
                            : Result<std::optional<Candidate>>(std::unexpected(std::move(info).error()));
      if (!candidate)
        note(std::move(candidate).error());
      else if (*candidate)
        waiting.push_back(**std::move(candidate));
      if (waiting.size() == looked_at_together) look_at_all(waiting, look_at);
    }
    look_at_all(waiting, look_at);
  }

  /// Nothing for what is left alone.
  template <typename NameOf, typename SourceUriOf>
  Result<std::optional<Candidate>> candidate_of(ObjectInfo object, SourceCursor& cursor, const NameOf& name_of,
                                                const SourceUriOf& source_uri_of) {
    ++summary_.outputs_listed;
    auto name = name_of(object.key);
    if (!name) {
      ++summary_.of_others;
      return std::nullopt;
    }
    if (name->is_cut) {
      ++requests_;
      const auto uri = source_uri_of(object);
      if (!uri) return std::unexpected(uri.error());
      auto path = *uri ? path_below_source(**uri) : std::nullopt;
      if (!path) {
        ++summary_.of_other_places;
        return std::nullopt;
      }
      name->path = *std::move(path);
    }
    if (!settings_.selection.takes(name->path)) {
      ++summary_.excluded;
      return std::nullopt;
    }
    auto source = cursor.find(name->path);
    if (!source) return std::unexpected(std::move(source).error());
    return Candidate{.object = std::move(object),
                     .document = std::move(name->path),
                     .carrier = name->carrier,
                     .source = *std::move(source)};
  }

  std::optional<std::string> path_below_source(std::string_view uri) const {
    const std::string root = source_.uri("");
    return uri.starts_with(root) ? percent_decoded(uri.substr(root.size())) : std::nullopt;
  }

  template <typename LookAt>
  void look_at_all(std::vector<Candidate>& waiting, const LookAt& look_at) {
    std::vector<Result<Look>> looks(waiting.size());
    auto looked = in_parallel(waiting.size(), looks_at_a_time, [&](std::size_t i) { looks[i] = look_at(waiting[i]); });
    if (!looked) note(std::move(looked).error());  // what was not looked at counts as in use
    waiting.clear();
    for (auto& look : looks) count(std::move(look));
  }

  Result<Look> look_at_output(const Candidate& candidate) {
    ++requests_;
    const auto found = read_stamp(output_, candidate.object.key);
    if (!found) return std::unexpected(found.error());
    if (!*found) return Look{.finding = Finding::vanished};
    const auto& [info, stamp] = **found;
    if (!stamp) return Look{.finding = Finding::of_others};
    if (candidate.source && candidate.source->etag == stamp->source_etag) return Look{.finding = Finding::in_use};
    ++requests_;
    const auto uri = read_source_uri(output_, info);
    if (!uri) return std::unexpected(uri.error());
    if (*uri != source_.uri(candidate.document)) return Look{.finding = Finding::of_other_place};
    Leftover leftover = leftover_of(candidate.source ? LeftoverKind::stale : LeftoverKind::orphan, info);
    if (candidate.source) {
      ++requests_;
      const auto mark = read_failed_mark(output_, candidate.document);
      leftover.known_to_fail = mark && *mark && (*mark)->record.source_etag == candidate.source->etag;
    }
    return settle(candidate, std::move(leftover), info.etag, stamp->source_etag);
  }

  Result<Look> look_at_mark(const Candidate& candidate) {
    if (candidate.source) return Look{.finding = Finding::in_use};
    ++requests_;
    const auto uri = source_uri_of_mark(candidate.object);
    if (!uri) return std::unexpected(uri.error());
    if (!*uri) return Look{.finding = Finding::of_others};
    if (*uri != source_.uri(candidate.document)) return Look{.finding = Finding::of_other_place};
    return settle(candidate, leftover_of(LeftoverKind::mark, candidate.object), candidate.object.etag, "");
  }

  Leftover leftover_of(LeftoverKind kind, const ObjectInfo& info) const {
    return {.kind = kind, .uri = output_.uri(info.key), .size_bytes = info.size_bytes};
  }

  /// Removed where that is asked for, if neither it nor its document has changed since they were looked at. `made_of`
  /// is the version of the document for which it would be current.
  Result<Look> settle(const Candidate& candidate, Leftover leftover, std::string_view etag, std::string_view made_of) {
    if (!settings_.remove) return Look{.finding = Finding::leftover, .leftover = std::move(leftover)};
    requests_ += 2;
    const auto now = source_.head(candidate.document);
    if (!now) return std::unexpected(now.error());
    const bool came_back = *now && (leftover.kind != LeftoverKind::stale || (*now)->etag == made_of);
    if (came_back) return Look{.finding = Finding::kept};
    const auto removed = output_.remove_if(candidate.object.key, etag);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed) return Look{.finding = Finding::kept};
    leftover.removed = true;
    if (leftover.kind != LeftoverKind::mark && candidate.carrier == list_of_files)
      if (auto gone = remove_files(candidate, leftover); !gone) return std::unexpected(std::move(gone).error());
    return Look{.finding = Finding::leftover, .leftover = std::move(leftover)};
  }

  /// Those of the list that was removed, after it. Whoever makes the document anew puts files, too, before their list:
  /// what is younger than the old list is theirs.
  Result<void> remove_files(const Candidate& candidate, Leftover& leftover) {
    for (const OutputId output : output_ids)
      if (output_of(output).has_files())
        if (auto gone = remove_files_of(output, candidate, leftover); !gone) return gone;
    return {};
  }

  Result<void> remove_files_of(OutputId output, const Candidate& candidate, Leftover& leftover) {
    ++requests_;
    return each_file(output_, settings_.layout, candidate.document, output,
                     [&](const ObjectInfo& file) -> Result<void> {
                       if (file.modified_at > candidate.object.modified_at) return {};
                       ++requests_;
                       const auto removed = output_.remove_if(file.key, file.etag);
                       if (!removed) return std::unexpected(removed.error());
                       if (*removed) leftover.size_bytes += file.size_bytes;
                       return {};
                     });
  }

  void count(Result<Look> look) {
    if (!look) return note(std::move(look).error());
    switch (look->finding) {
      case Finding::in_use:
        ++summary_.in_use;
        break;
      case Finding::leftover:
        count_leftover(look->leftover);
        break;
      case Finding::kept:
        ++summary_.kept_meanwhile;
        break;
      case Finding::of_other_place:
        ++summary_.of_other_places;
        break;
      case Finding::of_others:
        ++summary_.of_others;
        break;
      case Finding::vanished:
        break;
    }
  }

  void count_leftover(const Leftover& leftover) {
    switch (leftover.kind) {
      case LeftoverKind::stale:
        ++summary_.outputs_stale;
        if (!leftover.known_to_fail) ++summary_.outputs_waiting;
        break;
      case LeftoverKind::orphan:
        ++summary_.outputs_orphaned;
        break;
      case LeftoverKind::mark:
        ++summary_.marks_orphaned;
        break;
    }
    summary_.bytes += leftover.size_bytes;
    summary_.removed += leftover.removed ? 1 : 0;
    if (leftover.removed) log::info("leftover_removed", {{"object", leftover.uri}, {"kind", name_of(leftover.kind)}});
    tell_(leftover);
  }

  void note(Error error) { note_place_error(std::move(error), summary_.place_errors, summary_.place_errors_more); }

  ObjectStore& source_;
  ObjectStore& output_;
  const PruneSettings& settings_;
  const std::function<void(const Leftover&)>& tell_;
  const std::stop_token& stop_;
  std::atomic<std::uint64_t> requests_ = 0;
  PruneSummary summary_;
};

}  // namespace

std::string_view name_of(LeftoverKind kind) {
  switch (kind) {
    case LeftoverKind::stale:
      return "stale";
    case LeftoverKind::orphan:
      return "orphan";
    case LeftoverKind::mark:
      return "mark";
  }
  return "";
}

Result<PruneSummary> prune(ObjectStore& source, ObjectStore& output, const PruneSettings& settings,
                           const std::function<void(const Leftover&)>& tell, const std::stop_token& stop) {
  return Pruning(source, output, settings, tell, stop).go();
}

}  // namespace docmill
