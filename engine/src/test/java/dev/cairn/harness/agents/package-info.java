/**
 * Agents that work on the same things, each alone or all together, through whichever door; and what the log must say
 * afterwards. Shared with the tests of the other modules.
 */
@NullMarked
package dev.cairn.harness.agents;

import org.jspecify.annotations.NullMarked;
