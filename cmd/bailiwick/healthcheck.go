package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

type healthcheckCommand struct{}

// Run asks the admin listener of a running server.
func (healthcheckCommand) Run(inv *invocation) error {
	if inv.config.AdminListen == "off" {
		return errors.New("--admin-listen is off, so there is nobody to ask")
	}
	client := &http.Client{Timeout: 5 * time.Second}
	req, err := http.NewRequestWithContext(inv.ctx, http.MethodGet, "http://"+inv.config.AdminListen+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", inv.config.AdminListen, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 200))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready: %s", body)
	}
	_, err = inv.out.Write(body)
	return err
}
