/** Tests of the projection, on real SQLite files. */
@NullMarked
package dev.cairn.internal.projection;

import org.jspecify.annotations.NullMarked;
