/**
 * The tests of the tests: bugs that are planted on purpose, each of which a test must find.
 */
@NullMarked
package dev.cairn.bugs;

import org.jspecify.annotations.NullMarked;
