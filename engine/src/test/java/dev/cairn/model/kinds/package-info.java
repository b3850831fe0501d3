/**
 * All kinds together beside a model of them: leases and fences, decisions, sessions, runs, entities and their links, consumer
 * groups, and what is around a task. The same seeded wishes go to both, and after restarts and kills every answer of the engine,
 * now and in the past, must be the model's.
 */
@NullMarked
package dev.cairn.model.kinds;

import org.jspecify.annotations.NullMarked;
