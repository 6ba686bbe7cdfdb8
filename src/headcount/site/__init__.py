"""Where everything is plugged together: settings, addresses, the WSGI application."""
