package dev.cairn.tools;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Runs a command line in this process and keeps what it wrote.
 *
 * @param exit the exit status
 * @param out stdout
 * @param err stderr
 */
record RunVerb(int exit, String out, String err) {
    static RunVerb cairn(Object... args) {
        return in(Map.of(), args);
    }

    static RunVerb in(Map<String, String> environment, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        int exit = CairnCli.run(new Console(out, errors, false, false), environment, words);
        return new RunVerb(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
