package gallery

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Call sends a request that has no method of its own here, such as those that
// only Kickoff's servers know. Path is below the base and escaped; in, unless
// nil, is sent as JSON; the answer is read into out unless that is nil. A GET
// is repeated where that is safe, as all others are.
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	cl := call{method: method, path: path}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("%s %s: %w", method, path, err)
		}
		cl.body, cl.contentType = body, "application/json"
	}
	resp, err := c.do(ctx, cl)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil {
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	return nil
}
