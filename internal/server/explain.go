package server

import "kickoff/oauth1"

// explanation is what a search found to be wrong with a signature.
type explanation struct{ id, text string }

// explanation looks for the one mistake that made a wrong signature.
func (s *Server) explanation(*call, *oauth1.Request, *oauth1.Verdict) (explanation, bool) {
	return explanation{}, false
}
