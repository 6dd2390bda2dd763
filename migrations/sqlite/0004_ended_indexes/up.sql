-- What is ended and what is not, in the order in which it is listed.
CREATE INDEX committees_ended ON committees (code) WHERE ended_on IS NOT NULL;
CREATE INDEX committees_standing ON committees (code) WHERE ended_on IS NULL;
CREATE INDEX posts_ended ON posts (title, id) WHERE ended_on IS NOT NULL;
CREATE INDEX posts_standing ON posts (title, id) WHERE ended_on IS NULL;
