/** The embeddable engine: what an embedding program opens, writes to and reads from. */
@NullMarked
package dev.cairn;

import org.jspecify.annotations.NullMarked;
