package dev.cairn.server;

import dev.cairn.Cairn;
import dev.cairn.EngineMetrics;
import dev.cairn.Watermarks;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.ToDoubleFunction;

/**
 * What the server counts and measures, in the form that Prometheus reads. Nothing is tagged by anything a client can choose.
 *
 * <p>Threading: any thread.
 */
final class Metrics implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Cairn cairn;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    Metrics(Cairn cairn, Tails tails) {
        this.cairn = cairn;
        counter("cairn.append.records", "Records appended", EngineMetrics::records);
        counter("cairn.append.bytes", "Bytes of documents appended", EngineMetrics::bytes);
        counter("cairn.append.documents", "Documents appended", EngineMetrics::documents);
        counter(
                "cairn.append.wait.seconds",
                "Time appends waited for durability to catch up",
                engine -> engine.waitNanos() / NANOS_PER_SECOND);
        counter("cairn.refusals", "Commands refused", EngineMetrics::refusals);
        counter("cairn.conflicts", "Commands refused because of an expectation", EngineMetrics::conflicts);
        counter("cairn.force", "Forces of segments", EngineMetrics::forces);
        counter("cairn.force.seconds", "Time spent forcing", engine -> engine.forceNanos() / NANOS_PER_SECOND);
        counter("cairn.segment.rolls", "Segments begun", EngineMetrics::rolls);
        counter("cairn.recovery.replayed.records", "Records replayed when opened", EngineMetrics::replayedRecords);
        counter("cairn.projection.records", "Records applied to the projection", EngineMetrics::projectedRecords);
        Gauge.builder("cairn.state.entities", cairn, engine -> engine.metrics().entities())
                .description("Entities in the state store")
                .register(registry);
        watermark("cairn.log.epoch", "The current writable opening", Watermarks::epoch);
        watermark("cairn.log.start.offset", "First record still in the log", Watermarks::startOffset);
        watermark("cairn.log.end.offset", "Offset of the next record", Watermarks::endOffset);
        watermark("cairn.log.durable.offset", "Last durable record", Watermarks::durableOffset);
        watermark("cairn.log.segments", "Segment files", Watermarks::segments);
        watermark("cairn.log.frame.bytes", "Bytes of frames", Watermarks::bytes);
        watermark("cairn.projection.offset", "Last record in the projection", Watermarks::projectionOffset);
        watermark(
                "cairn.projection.lag.records",
                "Durable records not yet in the projection",
                marks -> Math.max(0, marks.durableOffset() - marks.projectionOffset()));
        leases();
        Gauge.builder("cairn.tail.clients", tails, Tails::count)
                .description("Tails that are open")
                .register(registry);
        bindJvm();
    }

    private void counter(String name, String description, ToDoubleFunction<EngineMetrics> value) {
        FunctionCounter.builder(name, cairn, engine -> value.applyAsDouble(engine.metrics()))
                .description(description)
                .register(registry);
    }

    private void leases() {
        Gauge.builder(
                        "cairn.lease.held",
                        cairn,
                        engine -> engine.leases().counts().held())
                .description("Leases that somebody has")
                .register(registry);
        Gauge.builder(
                        "cairn.lease.waiting",
                        cairn,
                        engine -> engine.leases().counts().waiting())
                .description("Places in the queues of leases")
                .register(registry);
        FunctionCounter.builder(
                        "cairn.lease.grants",
                        cairn,
                        engine -> engine.leases().counts().grants())
                .description("Leases given out")
                .register(registry);
        FunctionCounter.builder(
                        "cairn.lease.expiries",
                        cairn,
                        engine -> engine.leases().counts().expiries())
                .description("Leases that ended because their time was over")
                .register(registry);
    }

    private void watermark(String name, String description, ToDoubleFunction<Watermarks> value) {
        Gauge.builder(name, cairn, engine -> value.applyAsDouble(engine.watermarks()))
                .description(description)
                .register(registry);
    }

    private void bindJvm() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** A timer of one route and class of status, as {@code 2xx}. */
    Timer timer(Route route, int statusClass) {
        return Timer.builder("cairn.http.requests")
                .description("Requests answered")
                .tag("method", route.method())
                .tag("route", route.path())
                .tag("status", statusClass + "xx")
                .register(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
