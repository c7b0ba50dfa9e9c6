#include "cli/options/passwords.h"

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {

std::vector<Option> PasswordOptions::options() {
  return {
      {.flag = "passwords-file",
       .value_name = "FILE",
       .heading = Heading::places,
       .help = "Passwords to try on encrypted documents, one a line, in UTF-8; a file, or an object of a bucket "
               "(s3://BUCKET/KEY).",
       .binding = bound::path_or_object<PasswordOptions>([](auto& passwords) -> auto& { return passwords.file; })},
      {.flag = "password-env",
       .value_name = "NAME",
       .heading = Heading::places,
       .help = "Environment variable that holds such passwords, one a line.",
       .binding = bound::text<PasswordOptions>([](auto& passwords) -> auto& { return passwords.variable; })},
      {.flag = "passwords",
       .heading = Heading::places,
       .help = "Ask for such passwords on the terminal, which does not show them.",
       .flag_only = true,
       .binding = bound::boolean<PasswordOptions>([](auto& passwords) -> auto& { return passwords.ask; })},
  };
}

void PasswordOptions::complete(const Surroundings& surroundings) { make_absolute(file, surroundings.working_dir); }

}  // namespace docmill
