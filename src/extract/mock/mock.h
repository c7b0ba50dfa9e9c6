// A document made of orders: test builds only. It stands for every PDF that makes a parser crash, hang, grow or lie.
#pragma once

#ifdef DOCMILL_TESTING

#include "extract/extract.h"

namespace docmill::extract {

/// Extract a document of type application/x-docmill-mock: that word on the first line, then one action a line. A page
/// is everything up to a `page` line or the end. Actions happen when their page is read; pages before the range are
/// skipped without theirs.
///
///   text WORDS          a line of the page's text, bytes as they are
///   pages N WORDS       N whole pages, each with WORDS and its page number as text
///   page                the page ends
///   needs_ocr           what follows on the page is read by OCR: elsewhere when this process has no recogniser, never
///                       in the safe profile or with OCR off
///   decide N            the sink is told this reason (OcrReason as a number) for recognising the page, or for not
///   error KIND          the page is a row with this error kind
///   open_error KIND     the document does not open
///   close_sleep MS      wait when all wanted pages are read, before the document is closed
///   sleep MS, spin MS   wait without, or with, using the processor
///   alloc MB            take and touch memory, held until the page ends
///   segv abort trap bus ill fpe stop      the signal of that name
///   exit N              the process ends
///   stderr KB           noise on descriptor 2
///   syscall NAME        try the call; "NAME: allowed" or "NAME: denied EPERM" is a line of the page's text
///   raw_output, lie_schema, flood, short, exit_early ARGUMENT      Sink::misbehave()
///
/// Errors: as extract(); invalid_input for a line that is no action, found before the first page.
Result<void> extract_mock(std::span<const std::byte> document, const Options& options, Sink& sink);

}  // namespace docmill::extract

#endif
