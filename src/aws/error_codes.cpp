#include "aws/error_codes.h"

#include <algorithm>
#include <array>

namespace docmill::aws {
namespace {

struct Meaning {
  std::string_view code;
  Cause cause;
};

// Amazon S3 API Reference, "Error responses"; the service models of S3, SQS, STS and SSO, whose names a test compares;
// and "Common Error Types" of AWS's APIs.
constexpr Meaning meanings[] = {
    {"BandwidthLimitExceeded", Cause::throttled},
    {"LimitExceededException", Cause::throttled},
    {"OverLimit", Cause::throttled},  // of SQS: too many messages in flight
    {"PriorRequestNotComplete", Cause::throttled},
    {"ProvisionedThroughputExceededException", Cause::throttled},
    {"RequestLimitExceeded", Cause::throttled},
    {"RequestThrottled", Cause::throttled},
    {"RequestThrottledException", Cause::throttled},
    {"SlowDown", Cause::throttled},
    {"SlowDownException", Cause::throttled},
    {"ThrottledException", Cause::throttled},
    {"Throttling", Cause::throttled},
    {"ThrottlingException", Cause::throttled},
    {"TooManyRequests", Cause::throttled},
    {"TooManyRequestsException", Cause::throttled},

    {"AuthorizationPendingException", Cause::passing},
    {"BadDigest", Cause::passing},  // the bytes were damaged on their way
    {"ConditionalRequestConflict", Cause::passing},
    {"IDPCommunicationError", Cause::passing},
    {"IDPCommunicationErrorException", Cause::passing},
    {"IncompleteBody", Cause::passing},
    {"InternalError", Cause::passing},
    {"InternalFailure", Cause::passing},
    {"InternalServerException", Cause::passing},
    {"OperationAborted", Cause::passing},
    {"PurgeQueueInProgress", Cause::passing},
    {"QueueDeletedRecently", Cause::passing},
    {"RequestTimeout", Cause::passing},
    {"RequestTimeoutException", Cause::passing},
    {"ServiceUnavailable", Cause::passing},
    {"TransactionInProgressException", Cause::passing},

    {"InvalidAddress", Cause::no_such},
    {"NoSuchAnnotation", Cause::no_such},
    {"NoSuchBucket", Cause::no_such},
    {"NoSuchKey", Cause::no_such},
    {"NoSuchUpload", Cause::no_such},
    {"NoSuchVersion", Cause::no_such},
    {"NotFound", Cause::no_such},
    {"QueueDoesNotExist", Cause::no_such},
    {"ResourceNotFoundException", Cause::no_such},

    {"AccessDenied", Cause::denied},
    {"AccessDeniedException", Cause::denied},
    {"AccountProblem", Cause::denied},
    {"AllAccessDisabled", Cause::denied},
    {"Forbidden", Cause::denied},
    {"IDPRejectedClaim", Cause::denied},
    {"IDPRejectedClaimException", Cause::denied},
    {"NotSignedUp", Cause::denied},
    {"OptInRequired", Cause::denied},
    {"OutboundWebIdentityFederationDisabledException", Cause::denied},
    {"RegionDisabledException", Cause::denied},
    {"SessionDurationEscalationException", Cause::denied},
    {"UnauthorizedClientException", Cause::denied},

    {"ExpiredToken", Cause::credentials},
    {"ExpiredTokenException", Cause::credentials},
    {"ExpiredTradeInTokenException", Cause::credentials},
    {"InvalidAccessKeyId", Cause::credentials},
    {"InvalidClientException", Cause::credentials},
    {"InvalidClientTokenId", Cause::credentials},
    {"InvalidGrantException", Cause::credentials},
    {"InvalidIdentityToken", Cause::credentials},
    {"InvalidIdentityTokenException", Cause::credentials},
    {"InvalidToken", Cause::credentials},
    {"MissingAuthenticationToken", Cause::credentials},
    {"TokenRefreshRequired", Cause::credentials},
    {"UnauthorizedException", Cause::credentials},
    {"UnrecognizedClientException", Cause::credentials},

    {"IncompleteSignature", Cause::signature},
    {"InvalidSignatureException", Cause::signature},
    {"SignatureDoesNotMatch", Cause::signature},

    {"RequestExpired", Cause::clock},
    {"RequestInTheFuture", Cause::clock},
    {"RequestTimeTooSkewed", Cause::clock},

    {"IllegalLocationConstraintException", Cause::region},
    {"InvalidRequestRegionException", Cause::region},
    {"PermanentRedirect", Cause::region},

    {"InvalidObjectState", Cause::archived},
    {"ObjectNotInActiveTierError", Cause::archived},

    {"KeyTooLongError", Cause::name},

    {"AnnotationLimitExceeded", Cause::request},
    {"AnnotationNameTooLong", Cause::request},
    {"BatchEntryIdsNotDistinct", Cause::request},
    {"BatchRequestTooLong", Cause::request},
    {"BucketAlreadyExists", Cause::request},
    {"BucketAlreadyOwnedByYou", Cause::request},
    {"EmptyBatchRequest", Cause::request},
    {"EncryptionTypeMismatch", Cause::request},
    {"IdempotencyParameterMismatch", Cause::request},
    {"InvalidAnnotationName", Cause::request},
    {"InvalidArgument", Cause::request},
    {"InvalidAttributeName", Cause::request},
    {"InvalidAttributeValue", Cause::request},
    {"InvalidAuthorizationMessageException", Cause::request},
    {"InvalidBatchEntryId", Cause::request},
    {"InvalidClientMetadataException", Cause::request},
    {"InvalidIdFormat", Cause::request},
    {"InvalidMessageContents", Cause::request},
    {"InvalidPrefix", Cause::request},
    {"InvalidRange", Cause::request},
    {"InvalidRedirectUriException", Cause::request},
    {"InvalidRequest", Cause::request},
    {"InvalidRequestException", Cause::request},
    {"InvalidScopeException", Cause::request},
    {"InvalidSecurity", Cause::request},
    {"InvalidWriteOffset", Cause::request},
    {"JWTPayloadSizeExceededException", Cause::request},
    {"MalformedPolicyDocument", Cause::request},
    {"MalformedPolicyDocumentException", Cause::request},
    {"MessageNotInflight", Cause::request},
    {"ObjectAlreadyInActiveTierError", Cause::request},
    {"PackedPolicyTooLarge", Cause::request},
    {"PackedPolicyTooLargeException", Cause::request},
    {"PreconditionFailed", Cause::request},
    {"QueueNameExists", Cause::request},
    {"ReceiptHandleIsInvalid", Cause::request},
    {"TooManyEntriesInBatchRequest", Cause::request},
    {"TooManyParts", Cause::request},
    {"UnsupportedGrantTypeException", Cause::request},
    {"UnsupportedMediaType", Cause::request},
    {"UnsupportedOperation", Cause::request},
};

/// Of KMS's own errors those that pass; throttling is told by how its name begins.
constexpr std::array<std::string_view, 5> passing_of_kms{"DependencyTimeout", "Internal", "KeyUnavailable",
                                                         "XksProxyUriUnreachable", "CloudHsmClusterNotActive"};

/// Names of SQS's older protocol that are more than the new name with a prefix.
constexpr std::pair<std::string_view, std::string_view> renamed[] = {
    {"NonExistentQueue", "QueueDoesNotExist"},
    {"QueueAlreadyExists", "QueueNameExists"},
};

bool remove_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string_view bare_code(std::string_view code) {
  code = code.substr(0, code.find_first_of(";:"));
  if (const auto hash = code.rfind('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  remove_prefix(code, "AWS.SimpleQueueService.");
  const auto found = std::ranges::find(renamed, code, [](const auto& pair) { return pair.first; });
  return found == std::end(renamed) ? code : found->second;
}

std::string_view kms_error(std::string_view code) {
  if (!remove_prefix(code, "KMS.") && !remove_prefix(code, "Kms")) return {};
  remove_prefix(code, "KMS");
  if (code.ends_with("Exception")) code.remove_suffix(std::string_view("Exception").size());
  return code;
}

std::optional<Cause> cause_of(std::string_view code) {
  if (const std::string_view kms = kms_error(code); !kms.empty()) {
    if (kms.starts_with("Throttl")) return Cause::throttled;
    return std::ranges::find(passing_of_kms, kms) == passing_of_kms.end() ? Cause::kms_key : Cause::passing;
  }
  const auto found = std::ranges::find(meanings, code, &Meaning::code);
  if (found == std::end(meanings)) return std::nullopt;
  return found->cause;
}

}  // namespace docmill::aws
