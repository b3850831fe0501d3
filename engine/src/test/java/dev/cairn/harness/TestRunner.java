package dev.cairn.harness;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A program that runs the tests it is given, each as {@code class} or {@code class#method}, and says by its exit code what
 * came out.
 *
 * <p>Threading: the main thread.
 */
public final class TestRunner {
    /** At least one ran, and none failed. */
    public static final int PASSED = 0;
    /** At least one failed. */
    public static final int FAILED = 10;
    /** Nothing ran: no such test, it could not be begun, or all were skipped. */
    public static final int NOTHING_RAN = 11;

    private TestRunner() {}

    public static void main(String[] tests) {
        List<DiscoverySelector> selectors =
                Arrays.stream(tests).map(TestRunner::selector).toList();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true), 20);
        System.exit(
                summary.getTestsFailedCount() > 0
                        ? FAILED
                        : summary.getTotalFailureCount() > 0 || summary.getTestsSucceededCount() == 0
                                ? NOTHING_RAN
                                : PASSED);
    }

    private static DiscoverySelector selector(String test) {
        return test.indexOf('#') < 0 ? selectClass(test) : selectMethod(test);
    }
}
