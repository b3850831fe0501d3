package dev.cairn.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code cairn config}: every setting, its effective value, and where that comes from.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "config",
        description = "Prints the effective settings and where each comes from.",
        footer = {"", "Takes the same flags as the other verbs, and shows what they would change."})
final class ConfigVerb extends Verb {
    @Mixin
    @SuppressWarnings("UnusedVariable") // its flags count, not their values
    private final Target target = new Target();

    @Mixin
    @SuppressWarnings("UnusedVariable") // its flags count, not their values
    private final ServerFlags server = new ServerFlags();

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Override
    ExitCode run() {
        engine.options();
        Map<ConfigKey, Settings.Setting> effective = effective();
        if (output.json()) {
            console().line(Json.object(json -> {
                for (Map.Entry<ConfigKey, Settings.Setting> entry : effective.entrySet()) {
                    json.writeObjectFieldStart(entry.getKey().key());
                    json.writeStringField("value", entry.getValue().text());
                    json.writeStringField("origin", entry.getValue().origin());
                    json.writeEndObject();
                }
            }));
            return ExitCode.OK;
        }
        Table table = new Table("KEY", "VALUE", "FROM");
        effective.forEach((key, setting) ->
                table.row(key.key(), setting.text() == null ? "-" : setting.text(), setting.origin()));
        table.print(console());
        return ExitCode.OK;
    }

    private Map<ConfigKey, Settings.Setting> effective() {
        ParseResult parsed = spec().commandLine().getParseResult();
        Map<ConfigKey, Settings.Setting> effective = new LinkedHashMap<>();
        for (ConfigKey key : ConfigKey.values()) {
            OptionSpec flag = parsed.matchedOption(key.flag());
            effective.put(
                    key,
                    flag == null
                            ? settings().of(key)
                            : new Settings.Setting(flag.originalStringValues().get(0), "flag " + key.flag()));
        }
        return effective;
    }
}
