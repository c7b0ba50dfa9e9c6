#include "output/parquet/zstd.h"

#include <zstd.h>

#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace docmill::parquet_format {
namespace {

constexpr std::size_t contexts_kept_max = 8;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, Free>;

class Contexts {
 public:
  Context take() {
    const std::lock_guard lock(mutex_);
    if (kept_.empty()) return Context(ZSTD_createCCtx());
    Context context = std::move(kept_.back());
    kept_.pop_back();
    return context;
  }
  void give_back(Context context) {
    const std::lock_guard lock(mutex_);
    if (kept_.size() < contexts_kept_max) kept_.push_back(std::move(context));
  }

 private:
  std::mutex mutex_;
  std::vector<Context> kept_;
};

}  // namespace

std::string zstd_compressed(std::string_view bytes) {
  static Contexts contexts;
  Context context = contexts.take();
  std::string frame;
  frame.resize_and_overwrite(ZSTD_compressBound(bytes.size()), [&](char* start, std::size_t room) {
    const std::size_t size =
        context ? ZSTD_compressCCtx(context.get(), start, room, bytes.data(), bytes.size(), zstd_level) : 0;
    if (!context || ZSTD_isError(size) != 0) throw std::bad_alloc();  // there is room: it lacks memory for itself
    return size;
  });
  contexts.give_back(std::move(context));
  return frame;
}

}  // namespace docmill::parquet_format
