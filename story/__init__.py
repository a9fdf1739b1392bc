"""The seeded people and the story: the only package that knows both bot and sandbox."""
