#include "cli/options/settings_files.h"

#include "cli/absolute.h"
#include "cli/bindings.h"

namespace docmill {

std::vector<Option> SettingsFileOptions::options() {
  return {
      {.flag = "config",
       .value_name = "FILE",
       .heading = Heading::places,
       .help =
           "JSON file of settings, or an object of a bucket (s3://BUCKET/KEY): the flags' names with underscores as "
           "keys.",
       .binding = bound::path_or_object<SettingsFileOptions>([](auto& files) -> auto& { return files.config; })},
      {.flag = "config-key",
       .value_name = "KEY",
       .heading = Heading::places,
       .help = "Only the object under this key of the configuration file counts; the rest is somebody else's.",
       .binding = bound::text<SettingsFileOptions>([](auto& files) -> auto& { return files.config_key; })},
      {.flag = "env-file",
       .value_name = "FILE",
       .heading = Heading::places,
       .help = "File of KEY=VALUE lines that count as environment variables, below the real ones. No such file is read "
               "unless it is named.",
       .binding = bound::local_path<SettingsFileOptions>([](auto& files) -> auto& { return files.variables; })},
  };
}

void SettingsFileOptions::complete(const Surroundings& surroundings) {
  make_absolute(config, surroundings.working_dir);
  make_absolute(variables, surroundings.working_dir);
}

}  // namespace docmill
