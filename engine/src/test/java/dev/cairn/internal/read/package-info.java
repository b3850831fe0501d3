/** Tests of reading. */
@NullMarked
package dev.cairn.internal.read;

import org.jspecify.annotations.NullMarked;
