/**
 * The log as users see it: records, positions, reading, subscribing, and topics of the user's own.
 */
@NullMarked
package dev.cairn.log;

import org.jspecify.annotations.NullMarked;
