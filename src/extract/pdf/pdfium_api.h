// The part of PDFium's C API that docmill uses; the wheel that carries the library has no headers. PDFium keeps these
// declarations stable (public/*.h of its source); a test opens, reads and draws a document through them.
#pragma once

#include <cstddef>

extern "C" {

using FPDF_BOOL = int;
using FPDF_DOCUMENT = struct fpdf_document_t__*;
using FPDF_PAGE = struct fpdf_page_t__*;
using FPDF_TEXTPAGE = struct fpdf_textpage_t__*;
using FPDF_BITMAP = struct fpdf_bitmap_t__*;
using FPDF_PAGEOBJECT = struct fpdf_pageobject_t__*;
using FPDF_PAGEOBJECTMARK = struct fpdf_pageobjectmark_t__*;
using FPDF_ANNOTATION = struct fpdf_annotation_t__*;
using FPDF_CLIPPATH = struct fpdf_clippath_t__*;
using FPDF_PATHSEGMENT = const struct fpdf_pathsegment_t__*;
using FPDF_FONT = struct fpdf_font_t__*;
using FPDF_FORMHANDLE = struct fpdf_form_handle_t__*;
using FPDF_LINK = struct fpdf_link_t__*;
using FPDF_ACTION = struct fpdf_action_t__*;
using FPDF_DEST = struct fpdf_dest_t__*;
using FPDF_WCHAR = unsigned short;

// fpdfview.h
struct FS_MATRIX {
  float a, b, c, d, e, f;
};
struct FS_RECTF {
  float left, top, right, bottom;
};

struct FPDF_LIBRARY_CONFIG {
  int version;
  const char** m_pUserFontPaths;
  void* m_pIsolate;
  unsigned int m_v8EmbedderSlot;
};

inline constexpr unsigned long FPDF_ERR_PASSWORD = 4;
inline constexpr unsigned long FPDF_ERR_SECURITY = 5;
inline constexpr int FPDF_ANNOT = 0x01;
inline constexpr int FPDFBitmap_Gray = 1;
inline constexpr int FPDFBitmap_BGR = 2;
inline constexpr int FPDFBitmap_BGRx = 3;
inline constexpr int FPDFBitmap_BGRA = 4;
inline constexpr int FPDFBitmap_BGRA_Premul = 5;

void FPDF_InitLibraryWithConfig(const FPDF_LIBRARY_CONFIG* config);
FPDF_DOCUMENT FPDF_LoadMemDocument64(const void* data, std::size_t size, const char* password);
FPDF_DOCUMENT FPDF_CreateNewDocument();
void FPDF_CloseDocument(FPDF_DOCUMENT document);
unsigned long FPDF_GetLastError();
unsigned long FPDF_GetDocUserPermissions(FPDF_DOCUMENT document);
int FPDF_GetPageCount(FPDF_DOCUMENT document);
FPDF_PAGE FPDF_LoadPage(FPDF_DOCUMENT document, int page_index);
FPDF_BOOL FPDF_GetPageBoundingBox(FPDF_PAGE page, FS_RECTF* box);
void FPDF_ClosePage(FPDF_PAGE page);
int FPDFPage_GetRotation(FPDF_PAGE page);
void FPDFPage_SetRotation(FPDF_PAGE page, int quarter_turns);
float FPDF_GetPageWidthF(FPDF_PAGE page);
float FPDF_GetPageHeightF(FPDF_PAGE page);
FPDF_BITMAP FPDFBitmap_CreateEx(int width, int height, int format, void* first_scan, int stride);
FPDF_BOOL FPDFBitmap_FillRect(FPDF_BITMAP bitmap, int left, int top, int width, int height, unsigned long color);
void FPDFBitmap_Destroy(FPDF_BITMAP bitmap);
int FPDFBitmap_GetFormat(FPDF_BITMAP bitmap);
int FPDFBitmap_GetWidth(FPDF_BITMAP bitmap);
int FPDFBitmap_GetHeight(FPDF_BITMAP bitmap);
int FPDFBitmap_GetStride(FPDF_BITMAP bitmap);
void* FPDFBitmap_GetBuffer(FPDF_BITMAP bitmap);
FPDF_BOOL FPDF_PageToDevice(FPDF_PAGE page, int start_x, int start_y, int size_x, int size_y, int rotate, double page_x,
                            double page_y, int* device_x, int* device_y);
void FPDF_RenderPageBitmap(FPDF_BITMAP bitmap, FPDF_PAGE page, int start_x, int start_y, int size_x, int size_y,
                           int rotate, int flags);

// fpdf_sysfontinfo.h
inline constexpr int FXFONT_SYMBOL_CHARSET = 2;
inline constexpr int FXFONT_SHIFTJIS_CHARSET = 128;
inline constexpr int FXFONT_HANGEUL_CHARSET = 129;
inline constexpr int FXFONT_GB2312_CHARSET = 134;
inline constexpr int FXFONT_CHINESEBIG5_CHARSET = 136;
inline constexpr int FXFONT_FF_FIXEDPITCH = 1;
inline constexpr int FXFONT_FF_ROMAN = 1 << 4;
inline constexpr int FXFONT_FW_BOLD = 700;

struct FPDF_SYSFONTINFO {
  int version;
  void (*Release)(FPDF_SYSFONTINFO* self);
  void (*EnumFonts)(FPDF_SYSFONTINFO* self, void* mapper);
  void* (*MapFont)(FPDF_SYSFONTINFO* self, int weight, FPDF_BOOL italic, int charset, int pitch_family,
                   const char* face, FPDF_BOOL* exact);
  void* (*GetFont)(FPDF_SYSFONTINFO* self, const char* face);
  unsigned long (*GetFontData)(FPDF_SYSFONTINFO* self, void* font, unsigned int table, unsigned char* buffer,
                               unsigned long buffer_size);
  unsigned long (*GetFaceName)(FPDF_SYSFONTINFO* self, void* font, char* buffer, unsigned long buffer_size);
  int (*GetFontCharset)(FPDF_SYSFONTINFO* self, void* font);
  void (*DeleteFont)(FPDF_SYSFONTINFO* self, void* font);
};

void FPDF_AddInstalledFont(void* mapper, const char* face, int charset);
void FPDF_SetSystemFontInfo(FPDF_SYSFONTINFO* info);

// fpdf_text.h
FPDF_TEXTPAGE FPDFText_LoadPage(FPDF_PAGE page);
void FPDFText_ClosePage(FPDF_TEXTPAGE text_page);
int FPDFText_CountChars(FPDF_TEXTPAGE text_page);
int FPDFText_GetText(FPDF_TEXTPAGE text_page, int start_index, int count, unsigned short* result);
unsigned int FPDFText_GetUnicode(FPDF_TEXTPAGE text_page, int index);
int FPDFText_IsHyphen(FPDF_TEXTPAGE text_page, int index);
int FPDFText_GetTextIndexFromCharIndex(FPDF_TEXTPAGE text_page, int index);
int FPDFText_HasUnicodeMapError(FPDF_TEXTPAGE text_page, int index);
int FPDFText_IsGenerated(FPDF_TEXTPAGE text_page, int index);
double FPDFText_GetFontSize(FPDF_TEXTPAGE text_page, int index);
FPDF_PAGEOBJECT FPDFText_GetTextObject(FPDF_TEXTPAGE text_page, int index);
FPDF_BOOL FPDFText_GetMatrix(FPDF_TEXTPAGE text_page, int index, FS_MATRIX* matrix);
FPDF_BOOL FPDFText_GetCharBox(FPDF_TEXTPAGE text_page, int index, double* left, double* right, double* bottom,
                              double* top);
FPDF_BOOL FPDFText_GetLooseCharBox(FPDF_TEXTPAGE text_page, int index, FS_RECTF* box);

// fpdf_edit.h
inline constexpr int FPDF_PAGEOBJ_TEXT = 1;
inline constexpr int FPDF_PAGEOBJ_PATH = 2;
inline constexpr int FPDF_PAGEOBJ_IMAGE = 3;
inline constexpr int FPDF_PAGEOBJ_SHADING = 4;
inline constexpr int FPDF_PAGEOBJ_FORM = 5;
inline constexpr int FPDF_OBJECT_UNKNOWN = 0;
inline constexpr int FPDF_OBJECT_STRING = 3;
inline constexpr int FPDF_TEXTRENDERMODE_STROKE = 1;
inline constexpr int FPDF_TEXTRENDERMODE_FILL_STROKE = 2;
inline constexpr int FPDF_TEXTRENDERMODE_INVISIBLE = 3;
inline constexpr int FPDF_TEXTRENDERMODE_STROKE_CLIP = 5;
inline constexpr int FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP = 6;
inline constexpr int FPDF_TEXTRENDERMODE_CLIP = 7;
inline constexpr int FPDF_SEGMENT_MOVETO = 2;

inline constexpr int FPDF_COLORSPACE_UNKNOWN = 0;

struct FPDF_IMAGEOBJ_METADATA {
  unsigned int width, height;
  float horizontal_dpi, vertical_dpi;
  unsigned int bits_per_pixel;
  int colorspace;
  int marked_content_id;
};

int FPDFPage_CountObjects(FPDF_PAGE page);
FPDF_PAGEOBJECT FPDFPage_GetObject(FPDF_PAGE page, int index);
FPDF_BOOL FPDFPage_InsertObject(FPDF_PAGE page, FPDF_PAGEOBJECT object);
FPDF_BOOL FPDFPage_RemoveObject(FPDF_PAGE page, FPDF_PAGEOBJECT object);
void FPDFPageObj_Destroy(FPDF_PAGEOBJECT object);
int FPDFPageObj_GetType(FPDF_PAGEOBJECT object);
FPDF_BOOL FPDFPageObj_GetBounds(FPDF_PAGEOBJECT object, float* left, float* bottom, float* right, float* top);
FPDF_BOOL FPDFPageObj_GetMatrix(FPDF_PAGEOBJECT object, FS_MATRIX* matrix);
FPDF_BOOL FPDFPageObj_SetMatrix(FPDF_PAGEOBJECT object, const FS_MATRIX* matrix);
FPDF_BOOL FPDFPageObj_GetFillColor(FPDF_PAGEOBJECT object, unsigned int* r, unsigned int* g, unsigned int* b,
                                   unsigned int* a);
FPDF_BOOL FPDFPageObj_GetStrokeColor(FPDF_PAGEOBJECT object, unsigned int* r, unsigned int* g, unsigned int* b,
                                     unsigned int* a);
FPDF_BOOL FPDFPageObj_SetIsActive(FPDF_PAGEOBJECT object, FPDF_BOOL active);
int FPDFPageObj_CountMarks(FPDF_PAGEOBJECT object);
FPDF_PAGEOBJECTMARK FPDFPageObj_GetMark(FPDF_PAGEOBJECT object, unsigned long index);
FPDF_BOOL FPDFPageObjMark_GetName(FPDF_PAGEOBJECTMARK mark, FPDF_WCHAR* buffer, unsigned long size_bytes,
                                  unsigned long* needed_size_bytes);
int FPDFPageObjMark_GetParamValueType(FPDF_PAGEOBJECTMARK mark, const char* key);
FPDF_CLIPPATH FPDFPageObj_GetClipPath(FPDF_PAGEOBJECT object);
int FPDFClipPath_CountPaths(FPDF_CLIPPATH clip);
int FPDFClipPath_CountPathSegments(FPDF_CLIPPATH clip, int path_index);
FPDF_PATHSEGMENT FPDFClipPath_GetPathSegment(FPDF_CLIPPATH clip, int path_index, int segment_index);
FPDF_BOOL FPDFPageObj_HasTransparency(FPDF_PAGEOBJECT object);
int FPDFPath_CountSegments(FPDF_PAGEOBJECT path);
FPDF_PATHSEGMENT FPDFPath_GetPathSegment(FPDF_PAGEOBJECT path, int index);
FPDF_BOOL FPDFPathSegment_GetPoint(FPDF_PATHSEGMENT segment, float* x, float* y);
int FPDFPathSegment_GetType(FPDF_PATHSEGMENT segment);
FPDF_BOOL FPDFPath_GetDrawMode(FPDF_PAGEOBJECT path, int* fill_mode, FPDF_BOOL* stroke);
FPDF_FONT FPDFTextObj_GetFont(FPDF_PAGEOBJECT text);
std::size_t FPDFFont_GetBaseFontName(FPDF_FONT font, char* buffer, std::size_t size_bytes);
int FPDFFont_GetFlags(FPDF_FONT font);
int FPDFFont_GetWeight(FPDF_FONT font);
FPDF_BOOL FPDFFont_GetItalicAngle(FPDF_FONT font, int* angle);
FPDF_BOOL FPDFFont_GetFontData(FPDF_FONT font, unsigned char* buffer, std::size_t size_bytes,
                               std::size_t* needed_size_bytes);
int FPDFTextObj_GetTextRenderMode(FPDF_PAGEOBJECT text);
int FPDFFormObj_CountObjects(FPDF_PAGEOBJECT form);
FPDF_PAGEOBJECT FPDFFormObj_GetObject(FPDF_PAGEOBJECT form, unsigned long index);
FPDF_BOOL FPDFFormObj_RemoveObject(FPDF_PAGEOBJECT form, FPDF_PAGEOBJECT object);
FPDF_BITMAP FPDFImageObj_GetBitmap(FPDF_PAGEOBJECT image);
FPDF_BITMAP FPDFImageObj_GetRenderedBitmap(FPDF_DOCUMENT document, FPDF_PAGE page, FPDF_PAGEOBJECT image);
unsigned long FPDFImageObj_GetImageDataRaw(FPDF_PAGEOBJECT image, void* buffer, unsigned long size_bytes);
int FPDFImageObj_GetImageFilterCount(FPDF_PAGEOBJECT image);
unsigned long FPDFImageObj_GetImageFilter(FPDF_PAGEOBJECT image, int index, void* buffer, unsigned long size_bytes);
FPDF_BOOL FPDFImageObj_GetImageMetadata(FPDF_PAGEOBJECT image, FPDF_PAGE page, FPDF_IMAGEOBJ_METADATA* metadata);
FPDF_BOOL FPDFImageObj_GetImagePixelSize(FPDF_PAGEOBJECT image, unsigned int* width, unsigned int* height);

// fpdf_annot.h
inline constexpr int FPDF_ANNOT_LINK = 2;
inline constexpr int FPDF_ANNOT_FREETEXT = 3;
inline constexpr int FPDF_ANNOT_POPUP = 16;
inline constexpr int FPDF_ANNOT_WIDGET = 20;
inline constexpr int FPDF_ANNOT_FLAG_INVISIBLE = 1 << 0;
inline constexpr int FPDF_ANNOT_FLAG_HIDDEN = 1 << 1;
inline constexpr int FPDF_ANNOT_FLAG_NOVIEW = 1 << 5;
inline constexpr int FPDF_FORMFLAG_TEXT_PASSWORD = 1 << 13;
inline constexpr int FPDF_FORMFIELD_CHECKBOX = 2;
inline constexpr int FPDF_FORMFIELD_RADIOBUTTON = 3;
inline constexpr int FPDF_FORMFIELD_COMBOBOX = 4;
inline constexpr int FPDF_FORMFIELD_LISTBOX = 5;
inline constexpr int FPDF_FORMFIELD_TEXTFIELD = 6;

int FPDFPage_GetAnnotCount(FPDF_PAGE page);
FPDF_ANNOTATION FPDFPage_GetAnnot(FPDF_PAGE page, int index);
void FPDFPage_CloseAnnot(FPDF_ANNOTATION annotation);
FPDF_BOOL FPDFPage_RemoveAnnot(FPDF_PAGE page, int index);
int FPDFAnnot_GetSubtype(FPDF_ANNOTATION annotation);
FPDF_BOOL FPDFAnnot_GetRect(FPDF_ANNOTATION annotation, FS_RECTF* rect);
int FPDFAnnot_GetFlags(FPDF_ANNOTATION annotation);
int FPDFAnnot_GetObjectCount(FPDF_ANNOTATION annotation);
FPDF_PAGEOBJECT FPDFAnnot_GetObject(FPDF_ANNOTATION annotation, int index);
FPDF_BOOL FPDFAnnot_HasKey(FPDF_ANNOTATION annotation, const char* key);
int FPDFAnnot_GetValueType(FPDF_ANNOTATION annotation, const char* key);
unsigned long FPDFAnnot_GetStringValue(FPDF_ANNOTATION annotation, const char* key, FPDF_WCHAR* buffer,
                                       unsigned long size_bytes);
FPDF_BOOL FPDFAnnot_GetNumberValue(FPDF_ANNOTATION annotation, const char* key, float* value);
int FPDFAnnot_GetFormFieldType(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation);
int FPDFAnnot_GetFormFieldFlags(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation);
unsigned long FPDFAnnot_GetFormFieldName(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation, FPDF_WCHAR* buffer,
                                         unsigned long size_bytes);
unsigned long FPDFAnnot_GetFormFieldValue(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation, FPDF_WCHAR* buffer,
                                          unsigned long size_bytes);
int FPDFAnnot_GetOptionCount(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation);
unsigned long FPDFAnnot_GetOptionLabel(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation, int index, FPDF_WCHAR* buffer,
                                       unsigned long size_bytes);
FPDF_BOOL FPDFAnnot_IsOptionSelected(FPDF_FORMHANDLE form, FPDF_ANNOTATION annotation, int index);

// fpdf_doc.h
inline constexpr unsigned long PDFACTION_GOTO = 1;
inline constexpr unsigned long PDFACTION_REMOTEGOTO = 2;
inline constexpr unsigned long PDFACTION_URI = 3;
inline constexpr unsigned long PDFACTION_LAUNCH = 4;
inline constexpr unsigned long PDFACTION_EMBEDDEDGOTO = 5;

FPDF_BOOL FPDFLink_Enumerate(FPDF_PAGE page, int* start_position, FPDF_LINK* link);
FPDF_BOOL FPDFLink_GetAnnotRect(FPDF_LINK link, FS_RECTF* rect);
FPDF_DEST FPDFLink_GetDest(FPDF_DOCUMENT document, FPDF_LINK link);
FPDF_ACTION FPDFLink_GetAction(FPDF_LINK link);
unsigned long FPDFAction_GetType(FPDF_ACTION action);
FPDF_DEST FPDFAction_GetDest(FPDF_DOCUMENT document, FPDF_ACTION action);
unsigned long FPDFAction_GetFilePath(FPDF_ACTION action, void* buffer, unsigned long size_bytes);
unsigned long FPDFAction_GetURIPath(FPDF_DOCUMENT document, FPDF_ACTION action, void* buffer, unsigned long size_bytes);
int FPDFDest_GetDestPageIndex(FPDF_DOCUMENT document, FPDF_DEST destination);

// fpdf_formfill.h: version, 20 callbacks and platform pointers of which none is used.
struct FPDF_FORMFILLINFO {
  int version;
  void* unused[40];  // NOLINT(modernize-avoid-c-arrays): zeros; longer than the structure of any version
};

inline constexpr int FORMTYPE_NONE = 0;

int FPDF_GetFormType(FPDF_DOCUMENT document);
FPDF_FORMHANDLE FPDFDOC_InitFormFillEnvironment(FPDF_DOCUMENT document, FPDF_FORMFILLINFO* info);
void FPDFDOC_ExitFormFillEnvironment(FPDF_FORMHANDLE form);
void FORM_OnAfterLoadPage(FPDF_PAGE page, FPDF_FORMHANDLE form);
void FORM_OnBeforeClosePage(FPDF_PAGE page, FPDF_FORMHANDLE form);
void FPDF_SetFormFieldHighlightAlpha(FPDF_FORMHANDLE form, unsigned char alpha);
void FPDF_FFLDraw(FPDF_FORMHANDLE form, FPDF_BITMAP bitmap, FPDF_PAGE page, int start_x, int start_y, int size_x,
                  int size_y, int rotate, int flags);

// fpdf_save.h
struct FPDF_FILEWRITE {
  int version;
  int (*WriteBlock)(FPDF_FILEWRITE* self, const void* data, unsigned long size_bytes);
};

inline constexpr unsigned long FPDF_REMOVE_SECURITY = 3;

FPDF_BOOL FPDF_SaveAsCopy(FPDF_DOCUMENT document, FPDF_FILEWRITE* file, unsigned long flags);

// fpdf_flatten.h, fpdf_ppo.h
inline constexpr int FLATTEN_SUCCESS = 1;
inline constexpr int FLAT_NORMALDISPLAY = 0;

int FPDFPage_Flatten(FPDF_PAGE page, int flag);
FPDF_BOOL FPDF_ImportPagesByIndex(FPDF_DOCUMENT destination, FPDF_DOCUMENT source, const int* page_indices,
                                  unsigned long length, int index);

}  // extern "C"
