#include "cli/password_prompt.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/blob.h"

namespace docmill {
namespace {

constexpr std::size_t password_length_max = 4096;  // a line of a terminal has no more

constexpr std::array<int, 5> signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile std::sig_atomic_t caught = 0;

void note(int signal) { caught = signal; }

/// For as long as it lives the terminal shows nothing of what is typed, and signals only interrupt a read.
class Unseen {
 public:
  explicit Unseen(int terminal) : terminal_(terminal) {
    caught = 0;
    struct sigaction noting{};
    noting.sa_handler = note;  // without SA_RESTART, so that the read ends
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals.at(i), &noting, &before_.at(i));
    ::tcgetattr(terminal_, &seen_);
    termios unseen = seen_;
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(terminal_, TCSAFLUSH, &unseen);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    ::tcsetattr(terminal_, TCSAFLUSH, &seen_);
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals.at(i), &before_.at(i), nullptr);
  }

 private:
  int terminal_;
  termios seen_{};
  std::array<struct sigaction, signals.size()> before_{};
};

void show(int terminal, std::string_view text) {
  // What cannot be shown to a person who is there to read it is no reason to stop.
  static_cast<void>(::write(terminal, text.data(), text.size()) < 0);
}

/// A terminal hands over whole lines. Nothing when a signal came first.
Result<std::optional<std::string>> read_unseen(int terminal) {
  std::string line(password_length_max, '\0');
  ssize_t length = 0;
  int failure = 0;
  {
    const Unseen unseen(terminal);
    length = ::read(terminal, line.data(), line.size());
    failure = errno;
  }
  show(terminal, "\n");
  if (length < 0 && failure == EINTR) return std::nullopt;
  if (length < 0) return fail(ErrorKind::unavailable, "/dev/tty", std::generic_category().message(failure));
  line.resize(static_cast<std::size_t>(length));
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

}  // namespace

Result<std::vector<std::string>> ask_for_passwords() {
  const FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal)
    return fail(ErrorKind::invalid_input, "--passwords",
                "this asks on the terminal, and there is none; use --passwords-file FILE or --password-env NAME");
  std::vector<std::string> passwords;
  for (;;) {
    show(terminal.get(), passwords.empty() ? "Password: " : "Another password, or an empty line: ");
    auto line = read_unseen(terminal.get());
    if (!line) return std::unexpected(std::move(line).error());
    if (!*line) {
      ::raise(caught);  // as it would have been taken; whoever goes on after it is asked again
      continue;
    }
    if ((*line)->empty()) return passwords;
    passwords.push_back(**std::move(line));
  }
}

}  // namespace docmill
