// Embedded images as files, and the rows that tell where they stand.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>

#include "extract/image/image.h"
#include "extract/pdf/pdf.h"
#include "extract/reading.h"

namespace docmill::extract {

/// SHA-256 of files that were given to the sink while a document was read: each is given once, however many pages show
/// it. It forgets after so many.
inline constexpr std::size_t given_files_max = 100'000;
using GivenFiles = std::set<std::string, std::less<>>;

/// If images are asked for, fills in PageRow::images, and gives their files to the sink.
void add_images(const Reading& reading, PageRow& row, pdf::Page& page, GivenFiles& given);

/// JPEG and PNG.
bool image_is_given_as_it_is(Format format);

/// Of an image document: JPEG and PNG as they are, others as PNG, of the pixels that `decode` gives; it is called at
/// most once.
void add_image(const Reading& reading, PageRow& row, const image::Header& header, Format format,
               std::span<const std::byte> document, const std::function<Result<image::DecodedColour>()>& decode);

/// Where there is no page, or nothing may be decoded.
void miss_images(const Reading& reading, PageRow& row);

}  // namespace docmill::extract
