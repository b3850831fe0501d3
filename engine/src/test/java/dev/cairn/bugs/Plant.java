package dev.cairn.bugs;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * One change to the code of one method.
 *
 * <p>Threading: immutable.
 *
 * @param type the class, by its name without {@code dev.cairn.}
 * @param method every method of this name in it
 * @param called for a change of calls within the method: the method that is called there, as
 *     {@code method} or {@code Type.method}; else null
 * @param change what is done to the method or to the calls
 */
record Plant(String type, String method, @Nullable String called, Change change) {
    /** How the code is changed. */
    @FunctionalInterface
    interface Change {
        AsmVisitorWrapper of(Plant plant);
    }

    /** The method does nothing and returns 0, false or null. */
    static Plant skip(String type, String method) {
        return advice(type, method, Sabotage.DoNothing.class);
    }

    /** The method is changed at its begin or end as {@code advice} says. */
    static Plant advice(String type, String method, Class<?> advice) {
        return new Plant(type, method, null, plant -> Advice.to(advice).on(named(plant.method())));
    }

    /** Calls of {@code called} within the method are left out; their result is 0, false or null. */
    static Plant withoutCall(String type, String method, String called) {
        return new Plant(type, method, called, plant -> new OtherCall(called, null).in(method));
    }

    /** Calls of {@code called} within the method go to the method of {@link Sabotage} with the name {@code instead}. */
    static Plant otherCall(String type, String method, String called, String instead) {
        return new Plant(type, method, called, plant -> new OtherCall(called, instead).in(method));
    }

    String className() {
        return "dev.cairn." + type;
    }

    AsmVisitorWrapper visitor() {
        return change.of(this);
    }

    /** How many places of the code as it is would be changed. */
    int places() throws IOException {
        AtomicInteger places = new AtomicInteger();
        try (InputStream bytes =
                ClassLoader.getSystemResourceAsStream(className().replace('.', '/') + ".class")) {
            if (bytes != null) {
                new ClassReader(bytes).accept(new Counter(places), 0);
            }
        }
        return places.get();
    }

    /** Counts the methods, or the calls in them. */
    private final class Counter extends ClassVisitor {
        private final AtomicInteger places;

        Counter(AtomicInteger places) {
            super(Opcodes.ASM9);
            this.places = places;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access, String name, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            if (!name.equals(method)) {
                return null;
            }
            if (called == null) {
                places.incrementAndGet();
                return null;
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String callee, String types, boolean ofInterface) {
                    if (OtherCall.matches(called, owner, callee)) {
                        places.incrementAndGet();
                    }
                }
            };
        }
    }
}
