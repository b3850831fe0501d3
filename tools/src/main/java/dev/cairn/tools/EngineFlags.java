package dev.cairn.tools;

import dev.cairn.CairnOptions;
import dev.cairn.run.RunMode;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The flags of the engine, for every verb that opens a directory for writing. {@link ConfigKey} explains them and holds
 * their defaults.
 *
 * <p>Threading: filled by picocli, then only read.
 */
@SuppressWarnings("NullAway.Init") // picocli gives every field its default before a verb runs
final class EngineFlags {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec verb;

    @Option(names = "--segment-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount segmentBytesMax;

    @Option(names = "--segment-age-max", converter = Converters.Span.class, paramLabel = "TIME", hidden = true)
    private Duration segmentAgeMax;

    @Option(names = "--segment-records-max", converter = Converters.Limit.class, paramLabel = "COUNT", hidden = true)
    private long segmentRecordsMax;

    @Option(names = "--force-interval-millis", paramLabel = "MS", hidden = true)
    private int forceIntervalMillis;

    @Option(names = "--unforced-records-max", paramLabel = "COUNT", hidden = true)
    private int unforcedRecordsMax;

    @Option(names = "--unforced-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount unforcedBytesMax;

    @Option(names = "--inline-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount inlineBytesMax;

    @Option(names = "--image-interval", paramLabel = "COUNT", hidden = true)
    private int imageInterval;

    @Option(names = "--json-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount jsonBytesMax;

    @Option(names = "--message-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount messageBytesMax;

    @Option(names = "--run-mode", converter = Converters.Mode.class, paramLabel = "optimised|standard", hidden = true)
    private RunMode runMode;

    @Option(names = "--operations-min", paramLabel = "COUNT", hidden = true)
    private long operationsMin;

    @Option(names = "--projection-lag-max", paramLabel = "COUNT", hidden = true)
    private long projectionLagMax;

    @Option(names = "--recent-records-max", paramLabel = "COUNT", hidden = true)
    private int recentRecordsMax;

    @Option(names = "--recent-bytes-max", converter = ByteCount.Converter.class, paramLabel = "BYTES", hidden = true)
    private ByteCount recentBytesMax;

    /** A builder with all of these set; a value out of its range is a mistake in usage. */
    CairnOptions.Builder options() {
        try {
            return CairnOptions.builder()
                    .segmentBytesMax(segmentBytesMax.toInt())
                    .segmentAgeMax(segmentAgeMax)
                    .segmentRecordsMax(segmentRecordsMax)
                    .forceIntervalMillis(forceIntervalMillis)
                    .unforcedRecordsMax(unforcedRecordsMax)
                    .unforcedBytesMax(unforcedBytesMax.bytes())
                    .inlineBytesMax(inlineBytesMax.toInt())
                    .imageInterval(imageInterval)
                    .jsonBytesMax(jsonBytesMax.toInt())
                    .messageBytesMax(messageBytesMax.toInt())
                    .runMode(runMode)
                    .operationsMin(operationsMin)
                    .projectionLagMax(projectionLagMax)
                    .recentRecordsMax(recentRecordsMax)
                    .recentBytesMax(recentBytesMax.toInt());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(verb.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
