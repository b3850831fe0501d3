package dev.cairn.bugs;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * Plants the bug that is named on the command line before the program begins, and ends the JVM if there is nothing to plant
 * it in.
 *
 * <p>Threading: the main thread.
 */
public final class BugAgent {
    /** Exit code of a JVM in which nothing could be planted. */
    static final int PLANTED_NOTHING = 12;

    private static final Set<String> CHANGED = ConcurrentHashMap.newKeySet();

    private BugAgent() {}

    /** Called by the JVM. */
    public static void premain(String bug, Instrumentation instrumentation) throws Exception {
        List<Plant> plants = Bug.named(bug).plants();
        for (Plant plant : plants) {
            plant(plant, instrumentation);
        }
        for (Plant plant : plants) {
            // Loaded here, so that a change which does not work out is seen here.
            Class.forName(plant.className(), false, ClassLoader.getSystemClassLoader());
            if (!CHANGED.contains(plant.className())) {
                end("planted nothing: " + plant.type() + " was loaded before it could be changed");
            }
        }
    }

    private static void plant(Plant plant, Instrumentation instrumentation) throws IOException {
        int places = plant.places();
        if (places == 0) {
            end("planted nothing: " + plant + " matches no code any more; adjust the catalogue");
        }
        new AgentBuilder.Default()
                .with(new Listener())
                .type(named(plant.className()))
                .transform((builder, type, loader, module, domain) -> builder.visit(plant.visitor()))
                .installOn(instrumentation);
        System.out.println("planted in " + places + " places of " + plant.type() + "." + plant.method());
    }

    private static void end(String why) {
        System.out.println(why);
        Runtime.getRuntime().halt(PLANTED_NOTHING);
    }

    private static final class Listener extends AgentBuilder.Listener.Adapter {
        @Override
        public void onTransformation(
                TypeDescription type,
                @Nullable ClassLoader loader,
                @Nullable JavaModule module,
                boolean loaded,
                DynamicType changed) {
            CHANGED.add(type.getName());
        }

        @Override
        public void onError(
                String type, @Nullable ClassLoader loader, @Nullable JavaModule module, boolean loaded, Throwable e) {
            e.printStackTrace(System.out);
            end("planted nothing: " + type + ": " + e);
        }
    }
}
