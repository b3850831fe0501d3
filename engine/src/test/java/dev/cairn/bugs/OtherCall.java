package dev.cairn.bugs;

import static net.bytebuddy.matcher.ElementMatchers.named;

import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/**
 * Puts another call, or none, in the place of a call.
 *
 * <p>Threading: immutable.
 *
 * @param called {@code method} or {@code Type.method}
 * @param instead a method of {@link Sabotage} that takes the receiver, if there is one, and the arguments; null for no call
 */
record OtherCall(String called, @Nullable String instead)
        implements AsmVisitorWrapper.ForDeclaredMethods.MethodVisitorWrapper {
    /** Read, not loaded: loading it would load the types of its methods, which are then too late to be changed. */
    private static final TypeDescription SABOTAGE = TypePool.Default.ofSystemLoader()
            .describe(OtherCall.class.getPackageName() + ".Sabotage")
            .resolve();

    private static String descriptor(String method) {
        return SABOTAGE.getDeclaredMethods().filter(named(method)).getOnly().getDescriptor();
    }

    static boolean matches(String called, String owner, String callee) {
        String whole = owner.substring(owner.lastIndexOf('/') + 1) + "." + callee;
        return called.equals(called.indexOf('.') < 0 ? callee : whole);
    }

    AsmVisitorWrapper in(String method) {
        return new AsmVisitorWrapper.ForDeclaredMethods()
                .writerFlags(ClassWriter.COMPUTE_MAXS)
                .method(named(method), this);
    }

    @Override
    public MethodVisitor wrap(
            TypeDescription type,
            MethodDescription method,
            MethodVisitor visitor,
            Implementation.Context context,
            TypePool pool,
            int writerFlags,
            int readerFlags) {
        return new MethodVisitor(Opcodes.ASM9, visitor) {
            @Override
            public void visitMethodInsn(
                    int opcode, String owner, String callee, String descriptor, boolean ofInterface) {
                if (!matches(called, owner, callee)) {
                    super.visitMethodInsn(opcode, owner, callee, descriptor, ofInterface);
                } else if (instead != null) {
                    super.visitMethodInsn(
                            Opcodes.INVOKESTATIC, SABOTAGE.getInternalName(), instead, descriptor(instead), false);
                } else {
                    leaveOut(this, opcode == Opcodes.INVOKESTATIC, descriptor);
                }
            }
        };
    }

    private static void leaveOut(MethodVisitor code, boolean isStatic, String descriptor) {
        Type[] arguments = Type.getArgumentTypes(descriptor);
        for (int i = arguments.length - 1; i >= 0; i--) {
            code.visitInsn(arguments[i].getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
        }
        if (!isStatic) {
            code.visitInsn(Opcodes.POP);
        }
        switch (Type.getReturnType(descriptor).getSort()) {
            case Type.VOID -> {}
            case Type.LONG -> code.visitInsn(Opcodes.LCONST_0);
            case Type.DOUBLE -> code.visitInsn(Opcodes.DCONST_0);
            case Type.FLOAT -> code.visitInsn(Opcodes.FCONST_0);
            case Type.OBJECT, Type.ARRAY -> code.visitInsn(Opcodes.ACONST_NULL);
            default -> code.visitInsn(Opcodes.ICONST_0);
        }
    }
}
