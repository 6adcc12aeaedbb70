// A kubelet credential-provider plugin for tests (kubelet.config.k8s.io/v1, CredentialProviderConfig). It speaks the exec
// protocol: one CredentialProviderRequest on standard input, one CredentialProviderResponse on standard output. What it
// answers stands in a file beside it, which a test may rewrite at any time; what it was asked is appended to another one.
// Linked statically, as the plugins of the clouds are, so that it also runs where a node's folder is mounted into a container.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// answer is what the file says; the first two fields steer the plugin itself.
type answer struct {
	Fail          string                `json:"fail,omitempty"`
	DelayMs       int                   `json:"delayMs,omitempty"`
	CacheKeyType  string                `json:"cacheKeyType"`
	CacheDuration string                `json:"cacheDuration"`
	Auth          map[string]credential `json:"auth"`
}

type credential struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

type request struct {
	APIVersion string `json:"apiVersion"`
	Image      string `json:"image"`
	Token      string `json:"serviceAccountToken"`
}

func main() {
	if err := run(os.Args[0]+".json", os.Args[0]+".asked"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(answerFile, askedFile string) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var asked request
	if err := json.Unmarshal(text, &asked); err != nil {
		return fmt.Errorf("not a CredentialProviderRequest: %w", err)
	}
	if err := note(askedFile, asked); err != nil {
		return err
	}
	given, err := os.ReadFile(answerFile)
	if err != nil {
		return err
	}
	say := answer{CacheKeyType: "Image", CacheDuration: "0s"}
	if err := json.Unmarshal(given, &say); err != nil {
		return fmt.Errorf("%s: %w", answerFile, err)
	}
	time.Sleep(time.Duration(say.DelayMs) * time.Millisecond)
	if say.Fail != "" {
		return fmt.Errorf("%s", say.Fail)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"kind":          "CredentialProviderResponse",
		"apiVersion":    asked.APIVersion,
		"cacheKeyType":  say.CacheKeyType,
		"cacheDuration": say.CacheDuration,
		"auth":          say.Auth,
	})
}

// note appends one line: the image, and whether a service account token came with it (never the token).
func note(file string, asked request) error {
	line, err := json.Marshal(map[string]any{"image": asked.Image, "token": asked.Token != ""})
	if err != nil {
		return err
	}
	log, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	_, err = log.Write(append(line, '\n'))
	return err
}
