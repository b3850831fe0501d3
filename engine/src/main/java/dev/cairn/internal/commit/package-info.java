/**
 * The one way to change state: decide, encode, append, install, acknowledge. Everything that writes comes through here.
 */
@NullMarked
package dev.cairn.internal.commit;

import org.jspecify.annotations.NullMarked;
