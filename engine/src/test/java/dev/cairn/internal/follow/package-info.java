/** Tests of followers, over a log in memory. */
@NullMarked
package dev.cairn.internal.follow;

import org.jspecify.annotations.NullMarked;
