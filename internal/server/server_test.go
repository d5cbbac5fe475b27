package server_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"

	"reelm/internal/media"
	"reelm/internal/server"
	"reelm/internal/server/servertest"
	"reelm/internal/store/storetest"
)

func TestMain(m *testing.M) {
	media.RunHelper()
	storetest.Main(m)
}

func TestStartsStopsAndStartsAgainOnTheSameFolder(t *testing.T) {
	h := servertest.Start(t)
	token := h.Account("anna")
	h.Stop()
	h.Run()
	if me := h.Must(200, "GET", "/api/v1/me", token, nil).JSON(t); me["handle"] != "anna" {
		t.Errorf("%v", me)
	}
}

func TestSecondServerOnAFolderIsRefused(t *testing.T) {
	h := servertest.Start(t)
	_, err := server.Open(t.Context(), h.Config, true, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err == nil || !strings.Contains(err.Error(), "another reelm is running") {
		t.Errorf("%v", err)
	}
}

func TestRequestsThatHaveBegunEndBeforeTheServer(t *testing.T) {
	h := servertest.Start(t)
	token := h.Account("anna")
	body, kind := servertest.Form(t, servertest.Film(t, 1), "caption", "x")
	pr, pw := io.Pipe()
	req, err := http.NewRequest("POST", h.Base+"/api/v1/clips", pr)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Expect", "100-continue")
	begun := make(chan struct{}) // closed when the server reads the body
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(begun) }}))
	done := make(chan int, 1)
	go func() {
		res, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(req)
		if err != nil {
			t.Error(err)
			done <- 0
			return
		}
		done <- res.StatusCode
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := pw.Write(body[:len(body)/2]); err != nil {
		t.Fatal(err)
	}
	<-begun
	stopped := make(chan struct{})
	go func() { h.Stop(); close(stopped) }()
	for { // until it takes no more connections
		c, err := net.Dial("tcp", strings.TrimPrefix(h.Base, "http://"))
		if err != nil {
			break
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pw.Write(body[len(body)/2:]); err != nil {
		t.Fatal(err)
	}
	if err := pw.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-done; status != 202 {
		t.Errorf("an upload that had begun: %d", status)
	}
	<-stopped
}
