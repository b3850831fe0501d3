/**
 * Imports: how far each input file has been taken in, kept in the log with each batch, so that an import that is repeated or
 * goes on after it broke off adds nothing twice.
 */
@NullMarked
package dev.cairn.imports;

import org.jspecify.annotations.NullMarked;
