package dev.cairn.tools;

/**
 * What the process tells its caller by its exit status.
 *
 * <p>Threading: immutable.
 */
enum ExitCode {
    OK(0, "the command did what it was asked"),
    FINDINGS(1, "it looked and found something: damage, a mismatch, rows left out, work that is due"),
    USAGE(2, "the command line or the configuration was not understood; nothing was done"),
    DIRECTORY(3, "the data directory is locked, damaged, foreign or unreadable"),
    FAILED(4, "the command was understood, and what it asked for failed"),
    INTERRUPTED(130, "interrupted (SIGINT, Ctrl-C)"),
    CLOSED_PIPE(141, "whoever read the results went away; nothing is printed about it"),
    TERMINATED(143, "told to stop (SIGTERM); a server has drained and closed cleanly");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }
}
