"""What was found out, for people and programs: tables, JSON, JUnit's XML, and a page."""
