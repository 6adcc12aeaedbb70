// What the kubelet's package does not export is reached from within: build.sh puts its files beside this one.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
	credentialproviderapi "k8s.io/kubelet/pkg/apis/credentialprovider"
	kubeletconfig "k8s.io/kubernetes/pkg/kubelet/apis/config"
	testingclock "k8s.io/utils/clock/testing"
)

type ConfigCase struct {
	Name  string            `json:"name"`
	Files map[string]string `json:"files"`
	Dir   bool              `json:"dir,omitempty"`
}

type ConfigVerdict struct {
	Providers []Provider `json:"providers,omitempty"`
	Error     string     `json:"error,omitempty"`
}

type Provider struct {
	Name            string      `json:"name"`
	APIVersion      string      `json:"apiVersion"`
	MatchImages     []string    `json:"matchImages"`
	DefaultCacheMs  float64     `json:"defaultCacheMs"`
	Args            []string    `json:"args"`
	Env             [][2]string `json:"env"`
	Token           bool        `json:"token"`
	RequiresAccount bool        `json:"requiresServiceAccount"`
}

func RunConfig(c ConfigCase) (v ConfigVerdict) {
	dir, err := os.MkdirTemp("", "config-")
	must(err)
	defer os.RemoveAll(dir)
	path := dir
	for name, text := range c.Files {
		must(os.WriteFile(filepath.Join(dir, name), []byte(text), 0600))
		if !c.Dir {
			path = filepath.Join(dir, name)
		}
	}
	config, _, err := readCredentialProviderConfig(path)
	if err != nil {
		v.Error = "read: " + strings.ReplaceAll(err.Error(), dir, "<folder>")
		return
	}
	if errs := validateCredentialProviderConfig(config, true); len(errs) > 0 {
		v.Error = "validate: " + errs.ToAggregate().Error()
		return
	}
	for _, p := range config.Providers {
		q := Provider{Name: p.Name, APIVersion: p.APIVersion, MatchImages: p.MatchImages, DefaultCacheMs: float64(p.DefaultCacheDuration.Duration) / 1e6, Args: []string{}, Env: [][2]string{}}
		q.Args = append(q.Args, p.Args...)
		for _, e := range p.Env {
			q.Env = append(q.Env, [2]string{e.Name, e.Value})
		}
		if p.TokenAttributes != nil {
			q.Token = true
			q.RequiresAccount = *p.TokenAttributes.RequireServiceAccount
		}
		v.Providers = append(v.Providers, q)
	}
	return
}

type ResponseCase struct {
	Name       string `json:"name"`
	APIVersion string `json:"apiVersion"`
	Stdout     string `json:"stdout"`
}

type ResponseVerdict struct {
	Error        string               `json:"error,omitempty"`
	CacheKeyType string               `json:"cacheKeyType,omitempty"`
	CacheMs      *float64             `json:"cacheMs,omitempty"`
	Auth         map[string][2]string `json:"auth,omitempty"`
}

type spy struct {
	Plugin
	got *credentialproviderapi.CredentialProviderResponse
}

func (s *spy) ExecPlugin(ctx context.Context, image, t string, a map[string]string) (*credentialproviderapi.CredentialProviderResponse, error) {
	r, err := s.Plugin.ExecPlugin(ctx, image, t, a)
	s.got = r
	return r, err
}

func RunResponse(c ResponseCase) (v ResponseVerdict) {
	dir, err := os.MkdirTemp("", "response-")
	must(err)
	defer os.RemoveAll(dir)
	must(os.WriteFile(filepath.Join(dir, "answer"), []byte(c.Stdout), 0600))
	must(os.WriteFile(filepath.Join(dir, "p"), []byte("#!/bin/sh\nexec cat "+filepath.Join(dir, "answer")+"\n"), 0700))
	p, err := newPluginProvider(dir, kubeletconfig.CredentialProvider{Name: "p", APIVersion: c.APIVersion, MatchImages: []string{"r.io"}, DefaultCacheDuration: &metav1.Duration{}}, nil, nil)
	must(err)
	s := &spy{Plugin: p.plugin}
	p.plugin = s
	config, _, err := p.provide("r.io/team/app", "", "", "", "")
	if err != nil {
		v.Error = err.Error()
		return
	}
	v.CacheKeyType = string(s.got.CacheKeyType)
	if s.got.CacheDuration != nil {
		ms := float64(s.got.CacheDuration.Duration) / 1e6
		v.CacheMs = &ms
	}
	v.Auth = map[string][2]string{}
	for k, e := range config {
		v.Auth[k] = [2]string{e.Username, e.Password}
	}
	return
}

type CacheCase struct {
	Name      string           `json:"name"`
	Providers []ScriptedPlugin `json:"providers"`
	Steps     []Step           `json:"steps"`
}

type ScriptedPlugin struct {
	Name           string   `json:"name"`
	MatchImages    []string `json:"matchImages"`
	DefaultCacheMs int64    `json:"defaultCacheMs"`
	// One after the other, from the start again after the last.
	Answers []Answer `json:"answers"`
}

type Answer struct {
	Fails        bool     `json:"fails,omitempty"`
	CacheKeyType string   `json:"cacheKeyType,omitempty"`
	CacheMs      *int64   `json:"cacheMs"`
	Keys         []string `json:"keys"`
}

type Step struct {
	AfterMs int64  `json:"afterMs,omitempty"`
	Image   string `json:"image"`
}

// CacheVerdict: per step, which plugins ran and which user names were offered (name#call key).
type StepVerdict struct {
	Asked  []string `json:"asked"`
	Offers []string `json:"offers"`
}

type scripted struct {
	spec  ScriptedPlugin
	calls int
	asked *[]string
}

func (s *scripted) ExecPlugin(_ context.Context, image, _ string, _ map[string]string) (*credentialproviderapi.CredentialProviderResponse, error) {
	answer := s.spec.Answers[s.calls%len(s.spec.Answers)]
	s.calls++
	*s.asked = append(*s.asked, s.spec.Name)
	if answer.Fails {
		return nil, errors.New("exit status 1")
	}
	r := &credentialproviderapi.CredentialProviderResponse{CacheKeyType: credentialproviderapi.PluginCacheKeyType(answer.CacheKeyType), Auth: map[string]credentialproviderapi.AuthConfig{}}
	if answer.CacheMs != nil {
		r.CacheDuration = &metav1.Duration{Duration: time.Duration(*answer.CacheMs) * time.Millisecond}
	}
	for _, k := range answer.Keys {
		r.Auth[k] = credentialproviderapi.AuthConfig{Username: fmt.Sprintf("%s#%d %s", s.spec.Name, s.calls, k), Password: "pw"}
	}
	return r, nil
}

func RunCache(c CacheCase) (verdicts []StepVerdict) {
	clock := testingclock.NewFakeClock(time.Unix(1_800_000_000, 0))
	var asked []string
	keyring := &externalCredentialProviderKeyring{}
	for _, spec := range c.Providers {
		p, err := newPluginProvider("/", kubeletconfig.CredentialProvider{Name: spec.Name, APIVersion: "credentialprovider.kubelet.k8s.io/v1", MatchImages: spec.MatchImages,
			DefaultCacheDuration: &metav1.Duration{Duration: time.Duration(spec.DefaultCacheMs) * time.Millisecond}}, nil, nil)
		must(err)
		p.clock = clock
		p.cache = cache.NewExpirationStore(cacheKeyFunc, &cacheExpirationPolicy{clock: clock})
		p.lastCachePurge = clock.Now()
		p.plugin = &scripted{spec: spec, asked: &asked}
		keyring.providers = append(keyring.providers, &perPodPluginProvider{provider: p})
	}
	for _, step := range c.Steps {
		clock.Step(time.Duration(step.AfterMs) * time.Millisecond)
		asked = []string{}
		v := StepVerdict{Offers: []string{}}
		found, _ := keyring.Lookup(step.Image)
		for _, f := range found {
			v.Offers = append(v.Offers, f.Username)
		}
		v.Asked = asked
		verdicts = append(verdicts, v)
	}
	return
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
