/**
 * Entities: things of a type with typed properties, and links between them, that can be found by property and followed over one
 * and two hops.
 */
@NullMarked
package dev.cairn.entity;

import org.jspecify.annotations.NullMarked;
