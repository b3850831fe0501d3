/** The engine over HTTP: routes, problems, tails. Nothing here knows how records are stored. */
@NullMarked
package dev.cairn.server;

import org.jspecify.annotations.NullMarked;
