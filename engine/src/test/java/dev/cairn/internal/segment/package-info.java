/** Tests of the physical log, on real files. */
@NullMarked
package dev.cairn.internal.segment;

import org.jspecify.annotations.NullMarked;
