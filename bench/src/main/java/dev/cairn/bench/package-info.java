/** Benchmarks of the engine and of the peers it is compared with. */
@NullMarked
package dev.cairn.bench;

import org.jspecify.annotations.NullMarked;
