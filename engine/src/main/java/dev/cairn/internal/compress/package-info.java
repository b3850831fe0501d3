/**
 * Bytes made small, alone or as the difference to other bytes. The only user of zstd; no type of it leaves this room.
 */
@NullMarked
package dev.cairn.internal.compress;

import org.jspecify.annotations.NullMarked;
