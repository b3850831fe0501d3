/**
 * Everything below this package is Cairn's own and may change at any time; embedding programs use {@code dev.cairn} and its
 * public sub-packages.
 */
@NullMarked
package dev.cairn.internal;

import org.jspecify.annotations.NullMarked;
