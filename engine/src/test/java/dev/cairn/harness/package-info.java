/**
 * What the harnesses share that try to break the promises: trials, child processes, damaged copies. Each harness runs a few
 * trials in a build, and any number of them by one command; docs/concepts/guarantees.md names the commands.
 */
@NullMarked
package dev.cairn.harness;

import org.jspecify.annotations.NullMarked;
