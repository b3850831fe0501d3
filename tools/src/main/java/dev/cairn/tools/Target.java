package dev.cairn.tools;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The flags {@code --data} and {@code --url}: what a verb works on.
 *
 * <p>Threading: filled by picocli, then only read.
 */
final class Target {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before any verb runs
    private CommandSpec verb;

    @Option(names = "--data", paramLabel = "DIR", description = "The data directory; a server may be running on it.")
    private @Nullable Path data;

    @Option(names = "--url", paramLabel = "URL", description = "A running server, as http://127.0.0.1:7070.")
    private @Nullable URI url;

    /**
     * The directory to work on, or null when a server is meant. A flag beats what is configured for the other one.
     *
     * @throws ParameterException when neither or both are given
     */
    @Nullable
    Path directory() {
        boolean dataFlag = isFlag("--data");
        boolean urlFlag = isFlag("--url");
        if (dataFlag == urlFlag && (data == null) == (url == null)) {
            throw new ParameterException(
                    verb.commandLine(),
                    "expected one of --data DIR and --url URL, was " + (data == null ? "none" : "both"));
        }
        return urlFlag || !dataFlag && data == null ? null : data;
    }

    /** The server to work on; only when {@link #directory()} is null. */
    URI server() {
        if (url == null || url.getScheme() == null || url.getHost() == null) {
            throw new ParameterException(verb.commandLine(), "expected --url as http://127.0.0.1:7070, was " + url);
        }
        return url;
    }

    private boolean isFlag(String name) {
        return verb.commandLine().getParseResult().hasMatchedOption(name);
    }
}
