"""The web process: Slack's signed requests in, health, figures and a page for people.

``application`` answers by path, ``receiving`` passes Slack's requests to Bolt, ``health`` and ``figures``
tell the truth about this process and the database, ``serving`` puts it all under gunicorn.
"""
