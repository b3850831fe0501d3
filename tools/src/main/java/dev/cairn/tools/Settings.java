package dev.cairn.tools;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The configured value of every {@link ConfigKey}: what the environment says, else the configuration file, else the default.
 * A flag on the command line goes before all of them; picocli asks here only when there is none.
 *
 * <p>Threading: immutable.
 */
final class Settings implements IDefaultValueProvider {
    /** Read from the working directory when no other file is named. */
    static final String FILE_NAME = "cairn.properties";

    static final String FILE_FLAG = "--config";
    static final String FILE_VARIABLE = "CAIRN_CONFIG";

    /**
     * A value and where it is from.
     *
     * @param text in the form that a flag takes; null for none
     * @param origin {@code default}, {@code environment CAIRN_PORT} or {@code file cairn.properties}
     */
    record Setting(@Nullable String text, String origin) {}

    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);

    private Settings(Map<String, String> environment, Properties file, @Nullable Path path) {
        for (ConfigKey key : ConfigKey.values()) {
            String variable = environment.get(key.variable());
            String entry = file.getProperty(key.key());
            if (variable != null && !variable.isEmpty()) {
                settings.put(key, new Setting(variable, "environment " + key.variable()));
            } else if (entry != null) {
                settings.put(key, new Setting(entry.strip(), "file " + path));
            } else {
                settings.put(key, new Setting(key.defaultText(), "default"));
            }
        }
    }

    /** Only defaults. */
    static Settings defaults() {
        return new Settings(Map.of(), new Properties(), null);
    }

    /**
     * Reads the file that {@code arguments} or {@code environment} name, else {@value #FILE_NAME} in {@code directory} if it
     * is there.
     *
     * @throws VerbFailedException as usage, when the file cannot be read or has a key that is none
     */
    static Settings load(List<String> arguments, Map<String, String> environment, Path directory) {
        Path named = namedFile(arguments, environment);
        Path path = named == null ? directory.resolve(FILE_NAME) : named;
        if (named == null && !Files.exists(path)) {
            return new Settings(environment, new Properties(), null);
        }
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            file.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new VerbFailedException(ExitCode.USAGE, path + ": expected a configuration file, was " + e, e);
        }
        for (String name : file.stringPropertyNames()) {
            if (ConfigKey.ofKey(name).isEmpty()) {
                throw new VerbFailedException(
                        ExitCode.USAGE, path + ": expected a key that `cairn config` prints, was " + name);
            }
        }
        return new Settings(environment, file, path);
    }

    /** The file is needed before picocli parses, because it holds the defaults that picocli parses with. */
    private static @Nullable Path namedFile(List<String> arguments, Map<String, String> environment) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(FILE_FLAG + "=")) {
                return Path.of(argument.substring(FILE_FLAG.length() + 1));
            }
            if (argument.equals(FILE_FLAG) && i + 1 < arguments.size()) {
                return Path.of(arguments.get(i + 1));
            }
        }
        String variable = environment.getOrDefault(FILE_VARIABLE, "");
        return variable.isEmpty() ? null : Path.of(variable);
    }

    Setting of(ConfigKey key) {
        Setting setting = settings.get(key);
        return setting == null ? new Setting(null, "default") : setting;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? ConfigKey.ofFlag(option.longestName())
                        .map(key -> of(key).text())
                        .orElse(null)
                : null;
    }
}
