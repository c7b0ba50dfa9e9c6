// TLS against a server with a certificate of its own making: whom the client trusts, and whom not.
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/http_client.h"
#include "unit/net/raw_server.h"
#include "unit/store/temporary_folder.h"

namespace docmill::net {
namespace {

using namespace std::chrono_literals;

/// A key and a certificate for `host` that signs itself, good for an hour.
struct Identity {
  explicit Identity(const std::string& host) {
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    add_extension(NID_basic_constraints, "critical,CA:TRUE");
    add_extension(NID_subject_alt_name, "DNS:" + host);
    X509_sign(certificate, key, EVP_sha256());
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
  ~Identity() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  void add_extension(int nid, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  std::string pem() const {
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
  }

  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
};

/// Answers "over TLS" to one request a connection; to the `broken`-th (from 1) with what is no TLS.
class TlsServer {
 public:
  TlsServer(const Identity& identity, int version_max, int broken = 0)
      : broken_(broken), context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_use_certificate(context_, identity.certificate);
    SSL_CTX_use_PrivateKey(context_, identity.key);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_.get(), 64);
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() {
    thread_.request_stop();
    thread_.join();
    SSL_CTX_free(context_);
  }

  Endpoint endpoint() const { return {.tls = true, .host = "localhost", .port = port_}; }

 private:
  void serve(const std::stop_token& stop) {
    pollfd poll_fd{.fd = listener_.get(), .events = POLLIN, .revents = 0};
    while (!stop.stop_requested()) {
      if (poll(&poll_fd, 1, 10) <= 0) continue;
      FileDescriptor fd(accept(listener_.get(), nullptr, nullptr));
      const timeval patience{.tv_sec = 2, .tv_usec = 0};
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      if (++connections_ == broken_) {
        (void)!::send(fd.get(), "no TLS at all, whatever was asked for\r\n", 38, MSG_NOSIGNAL);
        broken_connection_ = std::move(fd);  // open, so that it is the handshake that fails
        continue;
      }
      SSL* const ssl = SSL_new(context_);
      SSL_set_fd(ssl, fd.get());
      char bytes[4096];
      if (SSL_accept(ssl) == 1 && SSL_read(ssl, bytes, sizeof bytes) > 0) {
        constexpr std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nover TLS";
        SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
        SSL_shutdown(ssl);
      }
      SSL_free(ssl);
    }
  }

  const int broken_;
  int connections_ = 0;
  FileDescriptor broken_connection_;
  SSL_CTX* context_;
  FileDescriptor listener_{socket(AF_INET, SOCK_STREAM, 0)};
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

std::unique_ptr<HttpClient> client_that_trusts(const Identity* trusted) {
  const TemporaryFolder folder;
  HttpClientSettings settings;
  if (trusted != nullptr) {
    folder.write("roots.pem", trusted->pem());
    settings.ca_bundle_path = (folder / "roots.pem").string();
  }
  return *HttpClient::create(settings);
}

Result<Response> get(const TlsServer& server, const Identity* trusted) {
  return client_that_trusts(trusted)->send({.endpoint = server.endpoint(), .timeout = 10s});
}

class Tls : public testing::Test {
 protected:
  void SetUp() override { ::signal(SIGPIPE, SIG_IGN); }  // of the server's writes to a client that has gone
};

TEST_F(Tls, ACertificateOfATrustedRootIsAccepted) {
  const Identity identity("localhost");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const TlsServer server(identity, version);
    const auto response = get(server, &identity);
    ASSERT_TRUE(response) << response.error().text();
    EXPECT_EQ(response->body, "over TLS");
  }
}

TEST_F(Tls, AnUnknownRootIsRefused) {
  const Identity identity("localhost");
  const TlsServer server(identity, TLS1_3_VERSION);
  const auto response = get(server, nullptr);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
  EXPECT_NE(response.error().message.find("certificate"), std::string::npos) << response.error().message;
}

TEST_F(Tls, AHandshakeThatFailsCostsOneExchange) {
  const Identity identity("localhost");
  const TlsServer server(identity, TLS1_3_VERSION, 4);
  const auto client = client_that_trusts(&identity);
  std::vector<Exchange> exchanges;
  for (int i = 0; i < 8; ++i) exchanges.push_back(client->submit({.endpoint = server.endpoint(), .timeout = 60s}));
  std::vector<std::string> failures;
  for (Exchange& exchange : exchanges)
    if (const auto response = exchange.wait(); !response) failures.push_back(response.error().message);
  // Which of the two it hears first is open: the library holds a failed handshake back for a while, so that nobody
  // learns from its time.
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_TRUE(failures.front().starts_with("the TLS handshake failed") || failures.front().starts_with("no connection"))
      << failures.front();
}

TEST_F(Tls, ACertificateForAnotherHostIsRefused) {
  const Identity identity("elsewhere.example");
  const TlsServer server(identity, TLS1_3_VERSION);
  EXPECT_FALSE(get(server, &identity));
}

TEST_F(Tls, AnOldVersionIsRefused) {
  const Identity identity("localhost");
  const TlsServer server(identity, TLS1_1_VERSION);
  EXPECT_FALSE(get(server, &identity));
}

}  // namespace
}  // namespace docmill::net
