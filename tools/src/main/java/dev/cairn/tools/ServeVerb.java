package dev.cairn.tools;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.server.CairnServer;
import dev.cairn.task.Workflow;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn serve}: the HTTP server over a data directory.
 *
 * <p>Threading: main thread; it waits until the process is told to stop.
 */
@Command(
        name = "serve",
        description = "Serves a data directory over HTTP until it is told to stop.",
        footer = {"", "Every setting that `cairn config` prints is a flag as well."})
final class ServeVerb extends Verb {
    private static final Pattern LOSS = Pattern.compile("[0-9a-f]{8}");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The data directory; made when it does not exist.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Mixin
    private final ServerFlags server = new ServerFlags();

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Option(names = "--read-only", description = "Serves reads only; another process may be writing.")
    private boolean readOnly;

    @Option(
            names = "--accept-data-loss",
            paramLabel = "ID",
            description = "Accepts the loss that a refusal to open printed under this id.")
    private @Nullable String acceptDataLoss;

    @Override
    @SuppressWarnings("try") // the server serves by itself until it is closed
    ExitCode run() throws InterruptedException {
        Workflow workflow = server.workflow() == null ? null : WorkflowFile.read(server.workflow());
        if (readOnly && workflow != null) {
            throw usage("expected --read-only or --workflow, was both");
        }
        if (readOnly && acceptDataLoss != null) {
            throw usage("expected --read-only or --accept-data-loss, was both");
        }
        if (acceptDataLoss != null && !LOSS.matcher(acceptDataLoss).matches()) {
            throw usage("expected --accept-data-loss with the 8 digits that a refusal to open printed, was "
                    + acceptDataLoss);
        }
        try (Stopping stopping = Stopping.install();
                Cairn cairn = open()) {
            if (workflow != null) {
                cairn.tasks().workflow(workflow);
            }
            HttpService http = new HttpService(console());
            try (CairnServer serving =
                    http.start(cairn, server.host(), server.port(), server.ack(), server.consumerSession())) {
                stopping.await();
            }
        }
        return ExitCode.OK;
    }

    private Cairn open() {
        try (ProgressBars progress = new ProgressBars(console())) {
            CairnOptions options = engine.options()
                    .ack(server.ack())
                    .readOnly(readOnly)
                    .identity(server.identity())
                    .acceptDataLoss(acceptDataLoss)
                    .progress(progress)
                    .build();
            return Cairn.open(data, options);
        }
    }
}
