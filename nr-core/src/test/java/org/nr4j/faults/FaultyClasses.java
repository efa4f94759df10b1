package org.nr4j.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Loads its own copy of this library, in which a call of {@link Faults#point} precedes each call and each allocation of
 * {@code org.nr4j.internal}. Class initialisers stay as they are, since a class whose initialiser fails is unusable
 * forever.
 */
final class FaultyClasses extends ClassLoader {
    private static final String LIBRARY = "org.nr4j.";
    private static final String REWRITTEN = "org.nr4j.internal.";
    private static final String HOOK = Type.getInternalName(Faults.class);

    FaultyClasses() {
        super(FaultyClasses.class.getClassLoader());
    }

    private static boolean isShared(String name) {
        return !name.startsWith(LIBRARY)
                || name.startsWith("org.nr4j.testing.")
                || name.startsWith("org.nr4j.internal.stats.Events") // the JVM knows an event by its name
                || name.equals(Faults.class.getName())
                || name.startsWith(Faults.class.getName() + "$");
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isShared(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] used = name.startsWith(REWRITTEN) ? rewrite(bytes) : bytes;
            return defineClass(name, used, 0, used.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] rewrite(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return name.equals("<clinit>") ? method : new Hooks(method, reader.getClassName(), name);
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Puts the hook into a method. */
    private static final class Hooks extends MethodVisitor {
        private final String method;
        private int line;

        Hooks(MethodVisitor next, String className, String methodName) {
            super(Opcodes.ASM9, next);
            this.method = className.substring(className.lastIndexOf('/') + 1) + "." + methodName;
        }

        private void addPoint(String what) {
            super.visitLdcInsn(Faults.newPoint(method + ":" + line + " before " + what));
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HOOK, "point", "(I)V", false);
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
            super.visitLineNumber(number, start);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            addPoint(name);
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            addPoint("lambda " + name);
            super.visitInvokeDynamicInsn(name, descriptor, bootstrap, arguments);
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            if (opcode == Opcodes.ANEWARRAY) {
                addPoint("new " + type);
            }
            super.visitTypeInsn(opcode, type);
            if (opcode == Opcodes.NEW) { // after it, since stack frames of the method name its place
                addPoint("new " + type);
            }
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            if (opcode == Opcodes.NEWARRAY) {
                addPoint("new array");
            }
            super.visitIntInsn(opcode, operand);
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            addPoint("new array");
            super.visitMultiANewArrayInsn(descriptor, dimensions);
        }
    }
}
